"""Keep which items of a call were refused, by their places in it and with the codes; nothing of what they say."""

from collections.abc import Sequence
from datetime import datetime

from channels.web.tokens import Caller
from domain.checkins.outcomes import Outcome, Refused
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from evidence.audit import append_event


def codes_of(outcome: Outcome) -> Sequence[str]:
    """Return why the item was refused; nothing for one that was taken."""
    return [str(code) for code in outcome.codes] if isinstance(outcome, Refused) else ()


def note_refused(
    codes: Sequence[Sequence[str]],
    *,
    caller: Caller,
    environment: Environment,
    channel: ClockingChannel,
    received_at: datetime,
) -> None:
    """Record the codes of each item, in the order of the call and none for one that was taken: `3 P205` of the third."""
    refused = [f"{place} {' '.join(found)}" for place, found in enumerate(codes, start=1) if found]
    if refused:
        append_event(
            "presence:refused",
            at=received_at,
            actor=str(caller.login.sender),
            environment=str(environment),
            channel=str(channel),
            refused=refused,
        )
