"""What somebody sees of check-ins in the company of the stay, and who is in its lists; every look is written down."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from auth.models import Session
from domain.access.requests import Action, TakingOfAction, UseOfService, Wish
from domain.access.services import Right, ServiceCode
from domain.checkins.asking import PresenceAsker, PresenceAskerKind, PresenceQuestion
from domain.checkins.seeing import Sight, sights_of, viewers_in_company
from domain.environments import Environment
from portal.pages.checkins.looks import asker_of, note
from portal.pages.permissions import entity_of, person_of, require_some_of, standing_read
from portal.pages.refusals import Denied
from registers.checkins.correction_lists import correction_of_company

_LOOKING: Wish = UseOfService(ServiceCode.CHECK_INS, Right.CONSULT)
_DECLARING: Wish = UseOfService(ServiceCode.CHECK_INS, Right.DECLARE)
_MANAGING: Wish = TakingOfAction(Action.GRANT_RIGHTS)
OPENING: tuple[Wish, ...] = (_LOOKING, _DECLARING, _MANAGING)
"""One of these opens the company's pages of check-ins."""


@dataclass(frozen=True, slots=True)
class CompanyView:
    """The company by its number, and what the one who is signed in sees of it and may do there.

    Whoever `may_declare` asks for corrections and closes reports; whoever `may_set_up` records means.
    """

    stay: Session
    number: str
    name: str
    sights: frozenset[Sight]
    may_declare: bool
    may_set_up: bool

    @property
    def names(self) -> Mapping[str, str]:
        """Its name by its number, so that no page reads it again."""
        return {self.number: self.name}

    def sees(self, sight: Sight) -> bool:
        """Whether that is seen."""
        return sight in self.sights

    def asker(self, reason: str) -> PresenceAsker:
        """Return who looks for the company, and why; he sees its own staff alone."""
        told = f"{reason} ({self.number})"
        return asker_of(self.stay, PresenceAskerKind.EMPLOYER, reason=told, companies=frozenset({self.number}))

    def note(
        self, question: PresenceQuestion, people: Collection[int], *, at: datetime, about: str = "", reason: str
    ) -> None:
        """Write down that these persons were looked at for the company; in the transaction of the read."""
        kind = PresenceAskerKind.EMPLOYER
        note(self.stay, kind, question, people or [None], at=at, about=about, reason=f"{reason} ({self.number})")


def view_of(stay: Session, *, at: datetime) -> CompanyView:
    """Return what is seen in the company of the stay; Denied where nothing is, Http404 where not even the company is."""
    return _view_for(stay, OPENING, at=at)


def sees(stay: Session, sight: Sight, *, at: datetime) -> bool:
    """Whether that is seen in the company of the stay, of which another page tells."""
    return sight in sights_of(viewers_in_company(standing_read(stay, at=at), at=at))


def sees_correction(stay: Session, number: str, *, at: datetime) -> bool:
    """Whether a request for a correction is seen, of which another page tells: by who sees the staff, while it is the company's.

    Of others' staff it is so as long as they mandate the company.
    """
    if not sees(stay, Sight.OWN_STAFF, at=at):
        return False
    own = entity_of(stay).company_number
    return correction_of_company(number, company=own, environment=Environment.PRODUCTION, at=at) is not None


def require_sight(stay: Session, sight: Sight, *, at: datetime) -> CompanyView:
    """Return the same for who sees that; Denied for anybody else in the company, an access manager too."""
    return _seeing(view_of(stay, at=at), sight)


def require_declaring(stay: Session, *, at: datetime) -> CompanyView:
    """Return the same for who may also ask for corrections and close reports of the company's staff."""
    return _seeing(_view_for(stay, (_DECLARING,), at=at), Sight.OWN_STAFF)


def require_setting_up(stay: Session, *, at: datetime) -> CompanyView:
    """Return the same for who may also record means of registration; Denied for whoever only looks."""
    return _seeing(_view_for(stay, (_DECLARING, _MANAGING), at=at), Sight.MEANS)


def _view_for(stay: Session, wishes: Sequence[Wish], *, at: datetime) -> CompanyView:
    """Return what is seen by who may do one of these; what is known of the person is read once for that and the rest."""
    standing, allowed = require_some_of(stay, wishes, beside=OPENING, at=at)
    entity = entity_of(stay)
    return CompanyView(
        stay,
        entity.company_number,
        entity.name,
        sights_of(viewers_in_company(standing, at=at)),
        may_declare=_DECLARING in allowed,
        may_set_up=not allowed.isdisjoint({_DECLARING, _MANAGING}),
    )


def _seeing(view: CompanyView, sight: Sight) -> CompanyView:
    if not view.sees(sight):
        raise Denied(
            _("Presences are seen by users who were given this service by name. Your access manager can do so.")
        )
    return view


def actor_name(stay: Session) -> str:
    """Return how an audit event calls who is signed in."""
    return f"person:{person_of(stay)}"
