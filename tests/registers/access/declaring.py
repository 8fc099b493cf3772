"""What a company's sender declares by file, as the steps of a state machine: anything, about anybody, at any time."""

import itertools
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db.models import Q

from domain.access.actors import Actor
from domain.access_declarations import (
    AccessDeclaration,
    Action,
    DeclaredPerson,
    DeclaredRight,
    DeclaringEntity,
    JudgedAccessForm,
    JudgedDeclaration,
    ManagerSubject,
    Reason,
    UserSubject,
)
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.identifiers import insz
from domain.student_declarations import Reference
from evidence.models import Submission
from registers.access.declarations.filing import AccessFile, file_forms
from registers.access.declarations.pending import confirm_pending, decline_pending, settle_decided
from registers.access.declarations.registers import AccessRegister
from registers.access.declarations.scheduling import confirm_file, decline_file
from registers.access.declarations.sides import DeclaringSide, FilingTime
from registers.access.models import DeclaredAccess, Entity
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.registers.access.conftest import NOON, SessionsInMemory


class Everybody:
    """Everybody works for everybody."""

    def employed(self, person_ids: Collection[int], *, entity_id: int, on: date) -> set[int]:  # noqa: ARG002
        return set(person_ids)


class NoSenders:
    """A desk without senders and technical users."""

    def technical_users(self, company: str, qualities: Collection[str]) -> list:  # noqa: ARG002
        return []

    def removed_among(self, accounts: Collection[str]) -> set[str]:  # noqa: ARG002
        return set()

    def state_of_sender(self, number: str, company: str, qualities: Collection[str]) -> str | None:  # noqa: ARG002
        return None

    def may_deliver(self, number: str, purpose: str, environment: Environment) -> bool:  # noqa: ARG002
        return True

    def withdraw(self, account: str, *, by: Actor, at: datetime) -> None:
        """Nothing to withdraw."""


def _ids() -> Iterator[int]:
    return itertools.count(1)


@dataclass
class Declarer:
    """Files declarations about the people of one company, and lets anybody decide about what waits."""

    entity: Entity
    sessions: SessionsInMemory
    keys: PersonKeys = field(default_factory=lambda: _KEYS)
    numbers: dict[int, str] = field(default_factory=dict)
    sequence: Iterator[int] = field(default_factory=_ids)

    @property
    def register(self) -> AccessRegister:
        return AccessRegister(
            persons=PersonDirectory(self.keys, environment=Environment.PRODUCTION),
            keys=self.keys,
            employments=Everybody(),
            desk=NoSenders(),
            stays=self.sessions,
            has_keys=lambda: Q(pk__in=[]),
            randomness=lambda length: next(self.sequence).to_bytes(length, "big"),
            lockout_percent=50,
        )

    def person(self, number: int, *, at: datetime) -> int:
        """Return the person of a new national number."""
        text = insz(750101000 + number, born_from_2000=False)
        (person,) = self.register.persons.find_or_create({text}, at=at).values()
        self.numbers[person] = text
        return person

    def file(self, *, company: str) -> AccessFile:
        number = next(self.sequence)
        name = f"FI.ACCS.123456.20260701.{number:05d}.R.1.1"
        submission = Submission.objects.create(
            environment="R", channel="SFTP", tray="IN", owner="123456", technical_user="EXP_123456", reception="COMPLETE",
            subject_name=name, ticket=f"M{number:012d}", received_at=NOON, received_on=NOON.date(),
        )  # fmt: skip
        side = DeclaringSide(sender="123456", company=company, file_name=name)
        return AccessFile(submission.pk, Environment.PRODUCTION, submission.ticket or "", side)

    def declare(self, whom: int, *, action: Action, role: str | None, quality: str, rights: bool, at: datetime) -> None:
        """File one declaration about a person: as a manager in a role, or as a user."""
        number = self.numbers.get(whom)
        if number is None:
            return
        named = DeclaredPerson(number, "Peeters", "Ann")
        address, telephone = f"p{whom}@example.be", f"+3247000{whom % 10_000:04d}"
        subject = (
            UserSubject(named, None, address, telephone, "NL") if role is None else ManagerSubject(str(role), named)
        )
        wanted = (DeclaredRight("DIMONA", "DECLARE"), DeclaredRight("ACCESS", "DECLARE")) if rights else ()
        today = brussels_date(at)
        declared = AccessDeclaration(1, action, today, subject, wanted[: 1 + len(wanted) // 3], Reason.OTHER)
        company = self.entity.company_number
        form = JudgedAccessForm(
            index=1,
            header=None,
            reference=Reference("1", "1", f"REF-{next(self.sequence)}"),
            entity=DeclaringEntity(company, str(quality)),
            declarations=(JudgedDeclaration(1, 1, declared, ()),),
        )
        file_forms([form], self.file(company=company), register=self.register, time=FilingTime(at, at, today))

    def decide(self, pick: int, *, yes: bool, by: Actor, at: datetime) -> None:
        """Let somebody confirm or refuse one of the declarations that there are, on its page or with its file."""
        rows = list(DeclaredAccess.objects.select_related("form").order_by("pk"))
        if not rows:
            return
        row = rows[pick % len(rows)]
        if row.state == "RECEIVED":
            side = DeclaringSide(sender="123456", company=self.entity.company_number, file_name="FI.ACCS.123456")
            file = AccessFile(row.form.submission_id, Environment.PRODUCTION, row.form.submission.ticket or "", side)
            if yes:
                time = FilingTime(at, at, brussels_date(at))
                confirm_file(file, self.entity.pk, register=self.register, by=by, time=time)
            else:
                decline_file(file, self.entity.pk, by=by, at=at)
        elif yes:
            confirm_pending(row.pk, by=by, desk=NoSenders(), at=at)
        else:
            decline_pending(row.pk, by=by, desk=NoSenders(), at=at)

    def settle(self, *, at: datetime) -> None:
        """Note what is decided by now."""
        for pk in DeclaredAccess.objects.values_list("pk", flat=True):
            settle_decided(pk, desk=NoSenders(), at=at)


def _make_keys() -> PersonKeys:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "persons.json"
        path.write_text(PersonKeys.generate(), encoding="ascii")
        return PersonKeys.read(path)


_KEYS = _make_keys()
