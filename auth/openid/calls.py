"""The time proposed to who waits for a video call: one at most, moved or withdrawn until he is matched or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from auth.locksmith import Locksmith, Sealed
from auth.models import MatchState, PendingIdentity
from auth.refusals import KeyRefusedError, NobodyWaitsError
from domain.person_contacts import parse_mobile
from evidence.audit import append_event
from evidence.constraints import violated

AHEAD = timedelta(days=90)
"""How far ahead a call is proposed at most: a year that was mistyped keeps nobody waiting."""

LASTS = timedelta(minutes=30)
"""How long an officer is held by a call, and the link by which it is held."""

_PURPOSE = "identity-call"
_LINK_PURPOSE = "identity-call-link"
_LONGEST_LINK = 500
_HOST = re.compile(r"\A[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?\Z", re.IGNORECASE)
"""A name with its domain: what else stands there, such as a user or a backslash, hides where a browser goes."""


@dataclass(frozen=True, slots=True)
class CallPlace:
    """How a call is held: behind an https link, or by an officer who calls a number like +32470123456."""

    value: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return it; ValueError for what is neither a link nor a telephone number with the code of its country."""
        text = text.strip()
        if not text.lower().startswith("https://"):
            return cls(parse_mobile(text))
        if len(text) > _LONGEST_LINK or not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("a link is too long or holds what no link holds")
        if not _HOST.match(urlsplit(text).netloc):
            raise ValueError("a link leads nowhere, or names somebody before its host")
        return cls(text)

    @property
    def is_link(self) -> bool:
        """Whether the person opens a link, and is not called."""
        return not self.value.startswith("+")

    @property
    def host(self) -> str:
        """Where a link leads; empty for a telephone number."""
        return (urlsplit(self.value).hostname or "") if self.is_link else ""

    def link_number(self, locksmith: Locksmith) -> int | None:
        """Return the number by which calls behind one link are told from others, which tells nobody the link."""
        if not self.is_link:
            return None
        link = urlsplit(self.value)
        written = link._replace(netloc=link.netloc.lower()).geturl()
        return int.from_bytes(locksmith.digest(written, purpose=_LINK_PURPOSE)[:8]) >> 2  # room for the end of a range


@dataclass(frozen=True, slots=True)
class ProposedCall:
    """When and how the call is held."""

    at: datetime
    place: CallPlace


class OfficerNotFreeError(KeyRefusedError):
    """An officer is proposed for two calls at a time: the second person would walk into the call of the first."""


class LinkNotFreeError(KeyRefusedError):
    """Two calls at a time are proposed behind one link, as that of a room that officers share."""


def call_of(row: PendingIdentity, *, locksmith: Locksmith) -> ProposedCall | None:
    """Return the call that is proposed to who waits, if one is."""
    if row.call_at is None:
        return None
    place = locksmith.open(Sealed(row.call_key_id, bytes(row.call_sealed or b"")), purpose=_PURPOSE)
    return ProposedCall(row.call_at, CallPlace(place.decode()))


def call_on_other_number(
    row: PendingIdentity, *, told_before: str, told_now: str, locksmith: Locksmith
) -> Mapping[str, object]:
    """Return how the row stands when a call on the number that was told before follows to the one told now.

    Nothing where no call is proposed, or it is held behind a link or on a number that an officer was given otherwise.
    """
    call = call_of(row, locksmith=locksmith)
    if call is None or call.place.value != told_before:
        return {}
    sealed = locksmith.seal(told_now.encode(), purpose=_PURPOSE)
    return {"call_key_id": sealed.key_id, "call_sealed": sealed.content}


def hold_call_time(number: int) -> datetime | None:
    """Return for when a call is proposed, which nobody changes until the running transaction ends.

    NobodyWaitsError when nobody does.
    """
    row = PendingIdentity.objects.select_for_update().filter(pk=number, state=MatchState.WAITING).first()
    if row is None:
        raise NobodyWaitsError
    return row.call_at


def note_call(number: int, call: ProposedCall, *, officer: int, locksmith: Locksmith, at: datetime) -> bool:
    """Note what an officer, by the id of his login, proposes, and return whether it takes the place of another time.

    KeyRefusedError when the time is over or farther than AHEAD; NobodyWaitsError, OfficerNotFreeError or
    LinkNotFreeError, three of these, when nobody waits there, or another call takes the officer or the link then.
    """
    if not at < call.at <= at + AHEAD:
        raise KeyRefusedError("This time is over, or too far ahead.", next_step="Propose one of the next 90 days.")
    sealed = locksmith.seal(call.place.value.encode(), purpose=_PURPOSE)
    with transaction.atomic():
        is_moved = hold_call_time(number) is not None
        try:
            with transaction.atomic():
                PendingIdentity.objects.filter(pk=number).update(
                    call_at=call.at,
                    call_until=call.at + LASTS,
                    call_link=call.place.link_number(locksmith),
                    call_officer_id=officer,
                    call_proposed_at=at,
                    call_key_id=sealed.key_id,
                    call_sealed=sealed.content,
                )
        except IntegrityError as trouble:
            match violated(trouble):
                case "identity_calls_of_officer_apart":
                    raise OfficerNotFreeError(
                        "This officer holds another call at that time.", next_step="Propose another time."
                    ) from None
                case "identity_calls_behind_link_apart":
                    raise LinkNotFreeError(
                        "Another call is held behind this link at that time.", next_step="Propose another link or time."
                    ) from None
                case _:
                    raise
        append_event(
            "identity:call-moved" if is_moved else "identity:call-proposed",
            at=at,
            actor=f"login:{officer}",
            identity=number,
            call_at=call.at.isoformat(),
            host=call.place.host,
        )
    return is_moved


def note_call_withdrawn(number: int, *, actor: str, at: datetime) -> None:
    """Note that the call is not held, and that the person waits on; KeyRefusedError when none is proposed."""
    with transaction.atomic():
        if hold_call_time(number) is None:
            raise KeyRefusedError("No call is proposed there.", next_step="Look at the list of who waits.")
        PendingIdentity.objects.filter(pk=number).update(**NO_CALL, call_withdrawn_at=at)
        append_event("identity:call-withdrawn", at=at, actor=actor, identity=number)


NO_CALL = {
    "call_at": None,
    "call_until": None,
    "call_link": None,
    "call_officer": None,
    "call_proposed_at": None,
    "call_key_id": "",
    "call_sealed": None,
}
"""How a row stands to which no call is proposed: what is over keeps none."""
