"""How a company's lists call who told of an error: by name, else so that two of one birth day are told apart, by what it may see."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from domain.checkins.items import Worker
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.names import told_number
from registers.checkins.models import ErrorReport, Presence
from registers.persons.told_names import read_names


def reporters_of(reports: Sequence[ErrorReport], *, own: str) -> Mapping[int, str]:
    """Return how who made each report is called to the company `own`, by the report's key; they wrote to it themselves.

    Of whom it has registrations, whose pages tell the whole number, the last two digits stand there. Whom it has none of may be
    anybody: the report's number stands behind what is left of his.
    """
    people = {report.person_id for report in reports}
    named = {person: name for (person, _company), name in read_names({(person, own) for person in people}).items()}
    nameless = people - named.keys()
    workers = checkin_counter().aliases.last_known(nameless) if nameless else {}
    staff = _staff_among(nameless, own) if nameless else frozenset()
    return {
        report.pk: named.get(report.person_id)
        or _of_nameless(report, workers.get(report.person_id), is_own=report.person_id in staff)
        for report in reports
    }


def _of_nameless(report: ErrorReport, worker: Worker | None, *, is_own: bool) -> str:
    """Return what is left of the number; a Limosa number, which names nobody, is for who has him work."""
    is_hidden = worker is not None and worker.limosa_id is not None and not is_own
    who = told_number(None if is_hidden else worker, is_own=is_own) or _("without a name")
    if report.registration is not None:
        return _("%(who)s, receipt %(number)s") % {"who": who, "number": report.registration}
    return _("%(who)s, report %(number)s") % {"who": who, "number": report.pk}


def _staff_among(people: Collection[int], company: str) -> frozenset[int]:
    """Return of whom among these the company sees registrations of its own staff."""
    rows = Presence.objects.filter(environment=Environment.PRODUCTION, employer=company, person_id__in=people)
    return frozenset(rows.values_list("person_id", flat=True).distinct())
