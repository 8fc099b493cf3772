"""The sections below the header, in their order; each page group adds its own line."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from auth.models import OFFICERS, OperatorRole, Session
from domain.access.requests import Action, TakingOfAction, Wish
from domain.assurance import CHECKIN_LEVEL, DETAILS_LEVEL, AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.checkins import company_view
from portal.pages.deliveries import own_deliveries
from portal.pages.mandates import own_mandates
from portal.pages.parts import Section
from portal.pages.permissions import finds_some_of
from portal.pages.student import code_views

Roles = frozenset[OperatorRole]


@dataclass(frozen=True, slots=True)
class Place:
    """A section: its first page, who finds it in the navigation, and what the overview tells of it.

    Who finds it from its `level` on may be asked there for a stronger key, as for mandates.
    `opened_by` is what its page asks for; with none, the page of a company is for whoever acts there, as the e-Box.
    What is for citizens stays out of the navigation of who acts for a company, but not out of the overview.
    """

    title: Promise
    first_page: str
    level: AssuranceLevel = AssuranceLevel.PASSWORD
    is_for_company: bool = False
    is_for_citizen: bool = False
    is_own: bool = False
    roles: Roles = frozenset()
    opened_by: tuple[Wish, ...] = ()
    told: Promise | None = None
    short: Promise | None = None


PLACES = (
    Place(_("Overview"), "home"),
    Place(
        _("Check in and out"),
        "check-in",
        CHECKIN_LEVEL,
        told=_("Begin and end of your work and your breaks, and what was registered of you"),
        short=pgettext_lazy("menu", "Check in and out"),
    ),
    Place(
        _("Check-ins"),
        "presences",
        AssuranceLevel.APP_CODE,
        is_for_company=True,
        opened_by=company_view.OPENING,
        told=_("Staff on site, missing check-outs, corrections, work places and QR codes"),
    ),
    Place(
        _("People and rights"),
        "people",
        AssuranceLevel.APP_CODE,
        is_for_company=True,
        opened_by=(TakingOfAction(Action.MANAGE_USERS),),
        told=_("Access managers and users, and what each may do"),
        short=_("People"),
    ),
    Place(
        _("e-Box"),
        "ebox",
        AssuranceLevel.APP_CODE,
        is_for_company=True,
        told=_("Documents and tasks of the company"),
    ),
    Place(
        _("Structured reports"),
        "reports",
        AssuranceLevel.APP_CODE,
        is_for_company=True,
        opened_by=(TakingOfAction(Action.CONFIGURE_SENDERS),),
        told=_("Sender number, technical user, channel, certificates and services"),
    ),
    Place(
        _("Deliveries"),
        "deliveries",
        AssuranceLevel.APP_CODE,
        is_for_company=True,
        opened_by=own_deliveries.OPENING,
        told=_("What was delivered, what became of it, and the answers to fetch"),
    ),
    Place(
        _("Company settings"),
        "company",
        AssuranceLevel.APP_CODE,
        is_for_company=True,
        opened_by=(TakingOfAction(Action.MANAGE_QUALITIES),),
        told=_("Qualities of the company, and signing in with a password"),
        short=_("Settings"),
    ),
    Place(
        _("Mandates"),
        "mandates",
        AssuranceLevel.APP_CODE,
        is_for_company=True,
        opened_by=own_mandates.OPENING,
        told=_("Which companies may act for yours, and for which yours may act"),
    ),
    Place(
        _("Hours of a student"),
        "student-code",
        AssuranceLevel.APP_CODE,
        is_for_company=True,
        opened_by=code_views.ASKING,
        told=_("What is left for a student, with the access code that you were given"),
        short=_("Student hours"),
    ),
    Place(
        _("Student@work"),
        "student",
        is_for_citizen=True,
        told=_("Remaining hours of a student, calendar, employers and attestations"),
    ),
    Place(
        _("Corrections of check-ins"),
        "decisions",
        AssuranceLevel.APP_CODE,
        roles=frozenset(OperatorRole),
        told=_("What companies and self-employed people ask to be corrected"),
    ),
    Place(
        _("Inspection"),
        "inspection",
        AssuranceLevel.ITSME,
        roles=frozenset({OperatorRole.INSPECTOR}),
        told=_("Presences of all companies, with a reason, and who is at a work place now"),
    ),
    Place(
        _("Registration office"),
        "registration",
        AssuranceLevel.APP_CODE,
        roles=OFFICERS,
        told=_("Visits, questions of the contact form, and people who come from abroad"),
    ),
    Place(
        _("My e-Box"),
        "own-ebox",
        DETAILS_LEVEL,
        is_for_citizen=True,
        told=_("Documents for you, and the address to which mails go"),
    ),
    Place(
        _("My digital keys"),
        "keys",
        is_own=True,
        told=_("Password, mobile app, passkeys, token card and recovery codes: set up, suspend, take away"),
        short=_("My keys"),
    ),
    Place(_("My sessions"), "sessions", is_own=True, told=_("Where you are signed in, and how to end it")),
    Place(
        _("My appointments"),
        "own-appointments",
        is_own=True,
        told=_("What you are in companies, what waits for your answer, and how to end it"),
    ),
    Place(
        _("Events of my account"),
        "own-events",
        is_own=True,
        told=_("Who signed in and when, what failed, and what changed in your keys and addresses"),
        short=_("My events"),
    ),
)


def sections_of(stay: Session, path: str, *, roles: Roles) -> tuple[Section, ...]:
    """Return the sections of somebody signed in, who may use `roles`; the current one is where `path` lies."""
    acts_for_company = stay.entity_id is not None
    found = [place for place in _open_to(stay, roles) if not (acts_for_company and place.is_for_citizen)]
    return _sections(found, path)


def sections_for_company(stay: Session) -> tuple[Section, ...]:
    """Return what the overview offers for the company of the stay."""
    return _sections([place for place in _open_to(stay, frozenset()) if place.is_for_company])


def sections_for_oneself(stay: Session, *, roles: Roles) -> tuple[Section, ...]:
    """Return what the overview offers to the person, in a company's name or not."""
    own = [place for place in _open_to(stay, roles) if not place.is_for_company and place.first_page != "home"]
    return _sections(sorted(own, key=lambda place: not place.is_for_citizen))


def _open_to(stay: Session, roles: Roles) -> list[Place]:
    now = SystemClock().now()
    return [
        place
        for place in PLACES
        if _level_at(place, stay) >= place.level
        and (stay.entity_id is not None or not place.is_for_company)
        and (not place.roles or place.roles & roles)
        and (not place.opened_by or finds_some_of(stay, place.opened_by, at=now))
    ]


def _level_at(place: Place, stay: Session) -> int:
    """Return how surely the stay is proven for the place; the overview is there for whatever the stay acts for."""
    return stay.level if place.is_for_company or place.first_page == "home" else stay.level_for(None)


def _sections(places: list[Place], path: str = "") -> tuple[Section, ...]:
    found = [(place, reverse(place.first_page)) for place in places]
    current = max((start for _place, start in found if path.startswith(start)), key=len, default="")
    return tuple(
        Section(
            str(place.title),
            start,
            start == current,
            str(place.told or ""),
            place.is_own,
            str(place.short or place.title),
        )
        for place, start in found
    )
