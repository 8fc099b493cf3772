"""Show who is at a work place now as lists do: each person once, the companies that say so, since when, and with what word."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.utils.translation import gettext as _

from domain.checkins.asking import OnSiteFor, PersonOnSite, SiteStanding
from portal.pages.checkins.choices import company_names
from portal.pages.checkins.names import Listed


@dataclass(frozen=True, slots=True)
class Since:
    """Since when somebody is at a work place, and with what word; no hour where he is registered for the day."""

    at: datetime | None
    standing: SiteStanding

    @property
    def is_on_break(self) -> bool:
        """Whether he went for a break then."""
        return self.standing is SiteStanding.ON_BREAK

    @property
    def is_in_doubt(self) -> bool:
        """Whether another company says that he is elsewhere."""
        return self.standing is SiteStanding.MAY_HAVE_LEFT


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody on the list of a work place."""

    name: str
    companies: Sequence[str]
    since: Since


def listed_here(
    found: Sequence[PersonOnSite],
    *,
    names_of: Callable[[Iterable[Listed]], Mapping[int, str]],
    known: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, object]:
    """Return what the template of such a list shows, by company and name; `known` are names of companies that the page has."""
    names = names_of(Listed(of.registration_id, one.person_id, of.employer) for one in found for of in one.of)
    numbers = {number for one in found for of in one.of for number in (of.employer, of.brought_for)}
    companies = company_names(numbers, known=known)
    here = [
        Here(
            names[one.of[0].registration_id],
            [_company(of, companies) for of in one.of],
            Since(one.since, one.standing),
        )
        for one in found
    ]
    return {
        "here": sorted(here, key=lambda each: (each.companies[0].casefold(), each.name.casefold())),
        "on_break": sum(each.since.is_on_break for each in here),
        "in_doubt": any(each.since.is_in_doubt for each in here),
    }


def _company(of: OnSiteFor, names: Mapping[str, str]) -> str:
    """Return how the company is called; of a firm abroad, which nobody here can call, with the company for which he came."""
    firm = names.get(of.employer, of.employer) or _("Firm abroad")
    if not of.brought_for:
        return firm
    return _("%(firm)s, for %(company)s") % {
        "firm": firm,
        "company": names.get(of.brought_for, of.brought_for),
    }
