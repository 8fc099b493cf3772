"""Real stays of people of the filled counter: signed in with a card, for their companies, as the portal itself keeps them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commands.bench.portal.filling import chief_of, company_of, company_of_user, login_of_user

_CHIEFS = 100
_USERS = 50
_QUALITY = "EMPLOYER"


class Visitor(Enum):
    """Who opens a page."""

    NOBODY = "nobody"
    CHIEF = "main access manager"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Stay:
    """A visitor and the id that the cookie of the browser holds, empty for nobody; `number` counts those of a kind."""

    visitor: Visitor
    number: int = 0
    cookie: str = ""

    @property
    def header(self) -> str:
        """Return the Cookie header of a request."""
        language = "__Host-language=nl"
        return f"__Host-session={self.cookie}; {language}" if self.cookie else language


def open_stays(*, at: datetime) -> list[Stay]:
    """Return nobody, then chiefs and users: the first of either belongs to the largest company."""
    chiefs = [
        Stay(Visitor.CHIEF, number, _sign_in(chief_of(number), company_of(number), at=at))
        for number in range(1, _CHIEFS + 1)
    ]
    users = [
        Stay(Visitor.USER, number, _sign_in(login_of_user(number), company_of_user(number), at=at))
        for number in (1 if step == 0 else 10_000 + step for step in range(_USERS))
    ]
    return [Stay(Visitor.NOBODY), *chiefs, *users]


def keep_fresh(*, at: datetime) -> None:
    """Let every stay be one that has just been proven, so that pages that ask for that are opened."""
    from auth.models import Session  # noqa: PLC0415 - Django is set up by then

    Session.objects.filter(ended_at=None).update(authenticated_at=at)


def _sign_in(login_id: int, entity_id: int, *, at: datetime) -> str:
    from auth.proofs import Proof, Source  # noqa: PLC0415 - Django is set up by then
    from auth.session_life import choose_context  # noqa: PLC0415
    from auth.sessions import SessionStore  # noqa: PLC0415
    from auth.signing_in import sign_in  # noqa: PLC0415
    from domain.assurance import AssuranceLevel, Means  # noqa: PLC0415

    store, source = SessionStore(), Source(address="192.0.2.7", agent="bench")
    sign_in(store, [Proof(means=Means.EID, level=AssuranceLevel.EID, login_id=login_id, at=at)], source=source, at=at)
    store["arrived"] = True
    choose_context(store, entity_id=entity_id, quality=_QUALITY, at=at)
    store.save()
    return str(store.session_key)
