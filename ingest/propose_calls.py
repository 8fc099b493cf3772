"""Propose a time for a video call to who waits, move it or withdraw it: each is written to him in his language."""

from collections.abc import Mapping
from datetime import datetime
from string import Template

from django.db import transaction

from auth.locksmith import Locksmith
from auth.openid.calls import ProposedCall, hold_call_time, note_call, note_call_withdrawn
from auth.openid.matching import WaitingIdentity, read_waiting
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.languages import Language
from domain.written_dates import render_meeting
from ingest.call_letters import BY_LINK, BY_TELEPHONE, MOVED, NOT_NEEDED, PROPOSED, WITHDRAWN
from ingest.identity_letters import Letter


def propose_call(
    waiting: WaitingIdentity, call: ProposedCall, *, phone: str, locksmith: Locksmith, officer: int, at: datetime
) -> None:
    """Propose the call, in place of one that was proposed before, and write so; ConfigurationRefusedError as `note_call`.

    `officer` is the login of who proposes it, and `phone` whom the letter says to call when the time does not suit.
    """
    with transaction.atomic():
        is_moved = note_call(waiting.number, call, officer=officer, locksmith=locksmith, at=at)
        _write(waiting, MOVED if is_moved else PROPOSED, call, phone=phone, at=at)


def withdraw_call(number: int, *, phone: str, locksmith: Locksmith, actor: str, at: datetime) -> None:
    """Withdraw the call that was proposed, and write so; the person waits on. ConfigurationRefusedError when there is none."""
    with transaction.atomic():
        hold_call_time(number)
        waiting = read_waiting(number, locksmith=locksmith, actor=actor, at=at)
        note_call_withdrawn(number, actor=actor, at=at)
        if waiting.call is not None:
            _write(waiting, WITHDRAWN, waiting.call, phone=phone, at=at)


def told_of_call_ended(call_at: datetime | None, language: Language, *, at: datetime) -> str:
    """Return what a letter that ends the waiting says of a call that is still to come; nothing where none is.

    Whoever asks holds the time of the call, or one that is moved meanwhile is told wrongly.
    """
    if call_at is None or call_at <= at:
        return ""
    return Template(NOT_NEEDED[language]).substitute(when=render_meeting(call_at, language))


def _write(
    waiting: WaitingIdentity, letters: Mapping[Language, Letter], call: ProposedCall, *, phone: str, at: datetime
) -> None:
    """Write of the call; the body is forgotten once it was taken, for whoever has the link may come to the call."""
    language = waiting.language
    how = (BY_LINK if call.place.is_link else BY_TELEPHONE)[language]
    subject, body = letters[language]
    post(
        carrier=Carrier.MAIL,
        recipient=waiting.reach.mail,
        subject=subject,
        body=Template(body).substitute(
            when=render_meeting(call.at, language),
            how=Template(how).substitute(place=call.place.value),
            phone=phone,
        ),
        occasion=f"identity-call:{waiting.number}:{at.isoformat()}",
        at=at,
        holds_secret=True,
    )
