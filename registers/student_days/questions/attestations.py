"""Issue attestations: a paper for an employer, with an access code that is shown there and nowhere else."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from domain.environments import Environment
from domain.languages import Language
from domain.student_day_questions import Asker
from evidence.audit import append_event
from registers.student_days.models import Attestation
from registers.student_days.question_tables import Question
from registers.student_days.questions.access_codes import (
    AccessCode,
    CodeKey,
    draw_number,
    end_of_validity,
    last_day_before,
    year_of,
)
from registers.student_days.questions.attestation_paper import Holder, Paper, render_paper
from registers.student_days.questions.balances import balance_of
from registers.student_days.questions.consultations import note_look

_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class AttestationDesk:
    """What it takes to issue: the key of the codes, randomness, and the address at which employers ask."""

    key: CodeKey
    randomness: Callable[[int], bytes]
    address: str


@dataclass(frozen=True, slots=True)
class IssuedAttestation:
    """A new attestation; `code` and `pdf` are in nobody's hands but the caller's."""

    number: str
    code: AccessCode
    pdf: bytes
    expires_at: datetime

    @property
    def last_day(self) -> date:
        """The last day (in Brussels) on which the code answers."""
        return last_day_before(self.expires_at)


@dataclass(frozen=True, slots=True)
class KnownAttestation:
    """What is kept of an attestation."""

    number: str
    year: int
    remaining: int
    limit: int
    issued_at: datetime
    expires_at: datetime
    uses: int
    last_used_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def last_day(self) -> date:
        """The last day (in Brussels) on which the code answers, unless it is withdrawn."""
        return last_day_before(self.expires_at)

    def answers(self, at: datetime) -> bool:
        """Whether its code still answers an employer."""
        return self.withdrawn_at is None and at < self.expires_at


def issue_attestation(
    person_id: int,
    holder: Holder,
    *,
    language: Language,
    environment: Environment,
    desk: AttestationDesk,
    asker: Asker,
    at: datetime,
) -> IssuedAttestation:
    """Return a paper with what remains of the current year, and remember its code's hash and its bytes' SHA-256.

    There may be any number of them; each has a code of its own, valid for three months but never in another year
    (student declarations §4.1). The paper's hash is also an audit event, so the chain proves it. Raises ValueError
    without a reason.
    """
    year = year_of(at)
    code, number = AccessCode.draw(desk.randomness), draw_number(year, desk.randomness)
    expires_at = end_of_validity(at)
    with transaction.atomic():
        note_look(Question.ATTESTATION, [person_id], environment=environment, asker=asker, at=at, about=number)
        balance = balance_of(person_id, year, environment=environment, at=at)
        paper = Paper(number, holder, balance, str(code), expires_at=expires_at, address=desk.address)
        pdf = render_paper(paper, language)
        sha256 = hashlib.sha256(pdf).hexdigest()
        Attestation.objects.create(
            environment=environment,
            number=number,
            person_id=person_id,
            year=year,
            unit=balance.unit,
            limit=balance.limit,
            remaining=balance.remaining,
            code_hash=desk.key.hash(code),
            sha256=sha256,
            issued_at=at,
            expires_at=expires_at,
        )
        append_event("attestation:issued", at=at, actor=asker.kind.lower(), attestation=number, sha256=sha256)
    return IssuedAttestation(number, code, pdf, expires_at)


def recognise_paper(pdf: bytes, *, environment: Environment, asker: Asker, at: datetime) -> KnownAttestation | None:
    """Return which attestation these bytes are, None when this counter never issued them or has forgotten them.

    A single changed byte makes it another paper. One query and the log's.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    with transaction.atomic():
        row = Attestation.objects.filter(sha256=sha256, environment=environment).first()
        person, about = (None, "") if row is None else (row.person_id, row.number)
        note_look(Question.ATTESTATION, [person], environment=environment, asker=asker, at=at, about=about)
    if row is None:
        return None
    return _known(row)


def is_own_paper(pdf: bytes, number: str, *, person_id: int, environment: Environment) -> bool:
    """Whether these bytes are the paper of that attestation of the person, who has them already. One query, and no look."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    own = Attestation.objects.filter(number=number, person_id=person_id, environment=environment, sha256=sha256)
    return own.exists()


def list_attestations(
    person_id: int, *, environment: Environment, asker: Asker, at: datetime
) -> tuple[KnownAttestation, ...]:
    """Return the newest attestations of a person, ended and withdrawn ones too. One query and the log's.

    Raises ValueError without a reason.
    """
    with transaction.atomic():
        note_look(Question.ATTESTATION, [person_id], environment=environment, asker=asker, at=at)
        rows = Attestation.objects.filter(person_id=person_id, environment=environment).order_by("-issued_at", "-pk")
        return tuple(map(_known, rows[:_MOST_LISTED]))


def withdraw_attestation(number: str, *, person_id: int, environment: Environment, asker: Asker, at: datetime) -> bool:
    """Let the code of a person's attestation answer no more; False when it is not theirs, ended or is withdrawn already."""
    with transaction.atomic():
        own = Attestation.objects.filter(
            number=number, person_id=person_id, environment=environment, withdrawn_at__isnull=True, expires_at__gt=at
        )
        if not own.update(withdrawn_at=at):
            return False
        append_event("attestation:withdrawn", at=at, actor=asker.kind.lower(), attestation=number)
    return True


def _known(row: Attestation) -> KnownAttestation:
    return KnownAttestation(
        row.number,
        row.year,
        row.remaining,
        row.limit,
        row.issued_at,
        expires_at=row.expires_at,
        uses=row.uses,
        last_used_at=row.last_used_at,
        withdrawn_at=row.withdrawn_at,
    )


def give_attestations(*, of: int, to: int) -> int:
    """Let the codes of a person answer for another, who turned out to be the same; return how many attestations.

    For whoever merges two persons, in that transaction: a code must never tell a contingent that is no longer used.
    """
    return Attestation.objects.filter(person_id=of).update(person_id=to)


def forget_attestations(*, before: datetime) -> int:
    """Delete attestations whose code ended before that instant; return how many. Their audit events stay."""
    count, _ = Attestation.objects.filter(expires_at__lt=before).delete()
    return count
