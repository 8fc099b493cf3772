"""People who proved themselves and wait to be matched: asked for once, read by an officer, then forgotten.

Which person of ours it is, is decided by who composes: this room knows no register.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import transaction
from django.db.models import Q, QuerySet

from auth.locksmith import Locksmith, Sealed
from auth.models import MatchState, PendingIdentity
from auth.openid.calls import NO_CALL, ProposedCall, call_of, call_on_other_number
from auth.openid.outcomes import IdentityPending
from auth.openid.pending import content_of, pending_of
from auth.refusals import NobodyWaitsError
from domain.assurance import Means
from domain.languages import Language
from evidence.audit import append_event

KEPT = timedelta(days=90)
"""How long somebody waits at most; then what he told is forgotten."""

KEPT_AFTER_CALL = timedelta(days=7)
"""How long somebody waits at least once his call is over, to enter what came of it, or withdrawn, to propose another one."""

_PURPOSE = "pending-identity"
_LONGEST_MAIL = 254
_MAIL = re.compile(r"\A[^\s@<>,;\"']+@[^\s@<>,;\"']+\.[^\s@<>,;\"'.]+\Z")
_PHONE = re.compile(r"\A\+[1-9][0-9]{6,14}\Z")


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody can be reached: an e-mail address, and a telephone number like +32470123456."""

    mail: str = field(repr=False)
    phone: str = field(repr=False)

    @classmethod
    def parse(cls, mail: str, phone: str) -> Self:
        """Return it; blanks, dots, slashes and hyphens in the number do not count. ValueError names the one that is none."""
        mail, phone = mail.strip(), re.sub(r"[\s./()-]", "", phone)
        phone = f"+{phone[2:]}" if phone.startswith("00") else phone
        if len(mail) > _LONGEST_MAIL or not _MAIL.match(mail):
            raise ValueError("mail")
        if not _PHONE.match(phone):
            raise ValueError("phone")
        return cls(mail, phone)


@dataclass(frozen=True, slots=True)
class WaitingIdentity:
    """Somebody who waits, as an officer reads him."""

    number: int
    pending: IdentityPending
    reach: Reach
    language: Language
    call: ProposedCall | None = None


@dataclass(frozen=True, slots=True)
class StandingRequest:
    """What stands of who waits, as he himself is told: since when, where he is written to, and the call that is proposed."""

    asked_at: datetime
    mail: str = field(repr=False)
    call: ProposedCall | None


def ask_to_be_matched(
    pending: IdentityPending, reach: Reach, *, language: Language, locksmith: Locksmith, at: datetime
) -> int:
    """Let somebody wait for an officer, and return his number there; who waits already tells anew how he is reached.

    A call on the number that he told follows him. Who proved himself by nothing, nor is signed in, stays as he told first: anybody who knows
    his address could have the first keys sent elsewhere.
    """
    content = content_of(pending) | {"mail": reach.mail, "phone": reach.phone}
    sealed = locksmith.seal(json.dumps(content).encode(), purpose=_PURPOSE)
    told = {"key_id": sealed.key_id, "sealed": sealed.content, "language": language, "level": pending.level}
    who = {"identifier_hash": locksmith.digest(pending.identifier, purpose=_PURPOSE), "state": MatchState.WAITING}
    with transaction.atomic():
        before = PendingIdentity.objects.select_for_update().filter(**who).first()
        if before is not None and pending.means is Means.EMAIL_CODE and pending.person_id is None:
            return before.pk
        follows: Mapping[str, object] = {}
        if before is not None:
            phone = str(_content(before, locksmith=locksmith)["phone"])
            follows = call_on_other_number(before, told_before=phone, told_now=reach.phone, locksmith=locksmith)
        row, is_new = PendingIdentity.objects.update_or_create(
            **who,
            defaults={**told, **follows},
            create_defaults={**told, "means": pending.means, "asked_at": at},
        )
        if is_new:
            append_event("identity:pending", at=at, actor="nobody", identity=row.pk, means=str(pending.means))
    return row.pk


def waiting_identities(*, limit: int = 50) -> Sequence[PendingIdentity]:
    """Return who waits, the longest first; nothing of a person is read."""
    return list(PendingIdentity.objects.filter(state=MatchState.WAITING).order_by("asked_at", "pk")[:limit])


def read_waiting(number: int, *, locksmith: Locksmith, actor: str, at: datetime) -> WaitingIdentity:
    """Return who waits under that number; that look is on record. NobodyWaitsError when nobody does."""
    row = PendingIdentity.objects.filter(pk=number, state=MatchState.WAITING).first()
    if row is None:
        raise NobodyWaitsError
    append_event("identity:read", at=at, actor=actor, identity=row.pk)
    content = _content(row, locksmith=locksmith)
    return WaitingIdentity(
        row.pk,
        pending_of(Means(row.means), content),
        Reach(content["mail"], content["phone"]),
        Language(row.language),
        call_of(row, locksmith=locksmith),
    )


def find_request(pending: IdentityPending, *, locksmith: Locksmith) -> StandingRequest | None:
    """Return the request of who proved himself, if he waits."""
    row = PendingIdentity.objects.filter(
        identifier_hash=locksmith.digest(pending.identifier, purpose=_PURPOSE), state=MatchState.WAITING
    ).first()
    if row is None:
        return None
    mail = str(_content(row, locksmith=locksmith)["mail"])
    return StandingRequest(row.asked_at, mail, call_of(row, locksmith=locksmith))


def note_number_asked(number: int, *, actor: str, at: datetime) -> None:
    """Note that the person was asked for a number, and waits on; NobodyWaitsError when nobody waits there."""
    with transaction.atomic():
        if not PendingIdentity.objects.filter(pk=number, state=MatchState.WAITING).update(number_asked_at=at):
            raise NobodyWaitsError
        append_event("identity:number-asked", at=at, actor=actor, identity=number)


def note_matched(waiting: WaitingIdentity, person_id: int, *, actor: str, at: datetime) -> None:
    """Note with whom an officer matched, and forget what was told; NobodyWaitsError when nobody waits there any more.

    It stands among the events of the person's account too: whoever was taken for somebody else sees it there.
    """
    means = str(waiting.pending.means)
    of_account = "account:recognised" if waiting.pending.means is Means.EMAIL_CODE else "account:identity:added"
    with transaction.atomic():
        if not _end(waiting.number, PendingIdentity.objects.all(), MatchState.MATCHED, actor=actor, at=at):
            raise NobodyWaitsError
        for action in ("identity:matched", of_account):
            append_event(action, at=at, actor=actor, identity=waiting.number, person=person_id, means=means)


def note_refused(number: int, *, actor: str, at: datetime) -> None:
    """Note that an officer refused, and forget what was told; NobodyWaitsError when nobody waits there."""
    if not _refuse(number, PendingIdentity.objects.all(), actor=actor, at=at):
        raise NobodyWaitsError


def forget_old_identities(*, now: datetime) -> int:
    """Refuse who waited longer than KEPT, and return how many; who has a call, or had one lately, waits on.

    Whoever is matched, or is proposed a call, while this runs is passed over.
    """
    since = now - KEPT_AFTER_CALL
    old = PendingIdentity.objects.filter(
        Q(call_at__isnull=True) | Q(call_at__lt=since),
        Q(call_withdrawn_at__isnull=True) | Q(call_withdrawn_at__lt=since),
        state=MatchState.WAITING,
        asked_at__lt=now - KEPT,
    )
    numbers = list(old.values_list("pk", flat=True))
    return sum(_refuse(number, old, actor="retention", at=now) for number in numbers)


def _content(row: PendingIdentity, *, locksmith: Locksmith) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(locksmith.open(Sealed(row.key_id, bytes(row.sealed or b"")), purpose=_PURPOSE))
    return content


def _refuse(number: int, among: QuerySet[PendingIdentity], *, actor: str, at: datetime) -> bool:
    """Refuse who waits under that number, and return whether he still did and is one of those."""
    with transaction.atomic():
        is_ended = _end(number, among, MatchState.REFUSED, actor=actor, at=at)
        if is_ended:
            append_event("identity:refused", at=at, actor=actor, identity=number)
    return is_ended


def _end(number: int, among: QuerySet[PendingIdentity], state: MatchState, *, actor: str, at: datetime) -> bool:
    """End the waiting by a statement that asks once more whether it goes on: others end it at the same time."""
    waiting = among.filter(pk=number, state=MatchState.WAITING)
    return bool(waiting.update(state=state, sealed=None, closed_at=at, closed_by=actor, **NO_CALL))
