"""The sections below the header, in their order; each page group adds its own line."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from auth.models import Session
from domain.assurance import AssuranceLevel
from portal.pages.parts import Section


@dataclass(frozen=True, slots=True)
class Place:
    """A section: its first page, and who finds it in the navigation."""

    title: Promise
    first_page: str
    level: AssuranceLevel = AssuranceLevel.PASSWORD
    is_for_company: bool = False


PLACES = (
    Place(_("Overview"), "home"),
    Place(_("Structured reports"), "reports", AssuranceLevel.APP_CODE, is_for_company=True),
    Place(_("Deliveries"), "deliveries", AssuranceLevel.APP_CODE, is_for_company=True),
    Place(_("My digital keys"), "keys"),
    Place(_("My sessions"), "sessions"),
)


def sections_of(stay: Session, path: str) -> tuple[Section, ...]:
    """Return the sections of somebody signed in; the current one is where `path` lies."""
    found = [
        (place, reverse(place.first_page))
        for place in PLACES
        if stay.level >= place.level and (stay.entity_id is not None or not place.is_for_company)
    ]
    current = max((start for _place, start in found if path.startswith(start)), key=len, default="")
    return tuple(Section(str(place.title), start, start == current) for place, start in found)
