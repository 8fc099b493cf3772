"""Write down every look at presences, in the transaction of its read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from auth.models import Session
from domain.checkins.asking import PresenceAskerKind, PresenceQuestion
from domain.environments import Environment
from portal.pages.permissions import person_of
from portal.pages.stays import login_of
from registers.checkins.models import PresenceLook

_OWN = "looks at his own registrations"


@contextmanager
def look_at_oneself(stay: Session, question: PresenceQuestion, *, at: datetime, about: str = "") -> Iterator[None]:
    """Let the signed-in person read of himself; the look is recorded with it, or neither happens."""
    with transaction.atomic():
        yield
        note(stay, PresenceAskerKind.WORKER, question, [person_of(stay)], at=at, about=about, reason=_OWN)


def note(
    stay: Session,
    kind: PresenceAskerKind,
    question: PresenceQuestion,
    people: Iterable[int | None],
    *,
    at: datetime,
    reason: str,
    about: str = "",
) -> None:
    """Record that who is signed in looked at each of the persons (None: nobody was found); in the running transaction."""
    PresenceLook.objects.bulk_create(
        PresenceLook(
            environment=Environment.PRODUCTION,
            asked_at=at,
            asker_kind=kind,
            asker=f"login:{login_of(stay)}",
            question=question,
            about=about,
            reason=reason,
            person_id=person,
        )
        for person in dict.fromkeys(people)
    )
