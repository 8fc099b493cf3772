"""What a company looked up by codes and papers of students: which attestation, when, and who of the company."""

from collections.abc import Collection, Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auth.models import Login, Session
from portal.pages.actors import called_actors
from portal.pages.listings import Column, Listing, list_rows
from portal.pages.permissions import entity_of, person_of
from portal.pages.stays import login_of
from portal.pages.student.own_hours import ENVIRONMENT
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import looks_of_company

_LOGIN = "login:"
_LOOKS = (
    Column("when", gettext_lazy("When"), ("asked_at", "pk")),
    Column("attestation", gettext_lazy("Attestation")),
    Column("by", gettext_lazy("By")),
)


def user_asking(stay: Session) -> str:
    """Return the login of the stay as the log of looks keeps it."""
    return f"{_LOGIN}{login_of(stay)}"


def list_company_looks(request: HttpRequest, stay: Session) -> Listing:
    """Return a page of what the company looked up, newest first; five queries at most."""
    company = entity_of(stay)
    looks = looks_of_company(company.company_number, environment=ENVIRONMENT)
    listed = list_rows(request, looks, columns=_LOOKS, order="-when")
    rows = cast("Sequence[Any]", listed.rows)
    users = _called({row.asker_user for row in rows}, entity_id=company.pk, reader=person_of(stay))
    for row in rows:
        row.found = row.about or (_("wrong code") if row.question == Question.REMAINING else _("no attestation"))
        row.by = users.get(row.asker_user, _("not kept"))
    return listed


def _called(users: Collection[str], *, entity_id: int, reader: int) -> dict[str, str]:
    """Return how those who asked are called; looks of former times do not tell who did."""
    logins = [int(user.removeprefix(_LOGIN)) for user in users if user.startswith(_LOGIN)]
    if not logins:
        return {}
    people = dict(Login.objects.filter(pk__in=logins, person__isnull=False).values_list("pk", "person_id"))
    unnamed = _("a user of the company")
    actors = {login: f"person:{person}" for login, person in people.items()}
    called = called_actors(set(actors.values()), entity_id=entity_id, reader=reader, unnamed=unnamed)
    return {f"{_LOGIN}{login}": called.get(actors.get(login, ""), unnamed) for login in logins}
