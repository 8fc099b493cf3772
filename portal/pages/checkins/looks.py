"""Write down every look of a page at presences, as the register does of every other, in the transaction of its read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction

from auth.models import Session
from domain.checkins.asking import PresenceAsker, PresenceAskerKind, PresenceQuestion
from domain.environments import Environment
from portal.pages.permissions import person_of
from portal.pages.stays import login_of
from registers.checkins.looks import note_presence_look

_OWN = "looks at his own registrations"


@contextmanager
def look_at_oneself(stay: Session, question: PresenceQuestion, *, at: datetime, about: str = "") -> Iterator[None]:
    """Let the signed-in person read of himself; the look is recorded with it, or neither happens."""
    with transaction.atomic():
        yield
        note(stay, PresenceAskerKind.WORKER, question, [person_of(stay)], at=at, about=about, reason=_OWN)


def asker_of_oneself(stay: Session) -> PresenceAsker:
    """Return who is signed in, as one who asks for what is his own."""
    return PresenceAsker(PresenceAskerKind.WORKER, f"login:{login_of(stay)}", _OWN, person_id=person_of(stay))


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
    asker = asker_of(stay, kind, reason=reason)
    note_presence_look(question, people, environment=Environment.PRODUCTION, asker=asker, at=at, about=about)


def asker_of(
    stay: Session, kind: PresenceAskerKind, *, reason: str, companies: frozenset[str] = frozenset()
) -> PresenceAsker:
    """Return who is signed in as the register writes him down, with the companies whose staff he may see.

    Where the setting lets contractors see their subcontractors' staff, so may he.
    """
    sees = bool(companies) and settings.GUICHET.check_ins.subcontractor_staff_visible
    return PresenceAsker(kind, f"login:{login_of(stay)}", reason, companies=companies, sees_subcontractors=sees)
