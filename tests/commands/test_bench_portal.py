"""What the bench of the portal measures with: copies of rows, pages found by their links, and visits spread over them."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound

from auth.desk import KeyDesk
from commands.bench.portal.addresses import find_addresses, page_of
from commands.bench.portal.multiplying import multiply
from commands.bench.portal.staff import register_staff
from commands.bench.portal.stays import Stay, Visitor
from commands.bench.portal.visiting import Times, Visit, percentile, spread
from domain.access.services import Right, ServiceCode
from domain.environments import Environment
from domain.refusals import OutageError
from registers.access.granting import WantedRight, grant
from registers.access.models import Entity
from registers.persons.aliases import Aliases
from registers.persons.numbers import PersonKeys
from tests.counter_bench import make_entity
from tests.portal.conftest import desk, keys_of_the_pages
from tests.portal.people import settle_manager, settle_senders
from tests.portal.transactions import whole_transactions
from tests.registers.access.conftest import signed_in

__all__ = ["desk", "keys_of_the_pages", "whole_transactions"]
NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_a_row_is_copied_with_everything_that_is_not_said_otherwise():
    first = make_entity()
    multiply(first, (1, 3), company_number="lpad(n::text, 10, '0')", nsso_number="''")
    copies = Entity.objects.filter(nsso_number="", environment=first.environment)

    assert sorted(copies.values_list("company_number", flat=True)) == ["0000000001", "0000000002", "0000000003"]
    assert {(copy.name, copy.valid_from) for copy in copies} == {(first.name, first.valid_from)}


@pytest.mark.django_db
def test_a_column_that_is_not_there_is_told():
    with pytest.raises(ValueError, match="no columns"):
        multiply(make_entity(), (1, 2), colour="'red'")


@pytest.mark.django_db
def test_pages_are_found_by_their_links_with_their_queries(desk: KeyDesk):
    manager = settle_manager()
    settle_senders(manager)
    found = find_addresses(Stay(Visitor.CHIEF, 1, manager.cookie))
    queries = {address.page: address.queries for address in found}

    assert {"home", "help", "reports", "report-sender", "report-ftp-password", "reports?sort", "reports?q"} <= set(
        queries
    )
    assert 0 < queries["report-sender"] <= 12
    assert settings.SESSION_COOKIE_NAME not in {address.path for address in found}


class _Pages:
    """A portal of a few pages, by their addresses; any other is not found."""

    def __init__(self, **texts: str) -> None:
        self._texts = {f"/{name.replace('_', '/')}": text for name, text in texts.items()}

    def get(self, path: str, **_options: object) -> HttpResponse:
        return HttpResponse(self._texts[path]) if path in self._texts else HttpResponseNotFound()


@pytest.mark.django_db
def test_of_what_a_page_leads_to_two_addresses_are_looked_at_that_are_not_one_and_are_shown():
    led_to = "".join(f'<a href="/reports/10000{last}">' for last in "1102345")
    reports = {f"reports_10000{last}": "shown" for last in "12345"}
    found = find_addresses(Stay(Visitor.CHIEF, 1, ""), client=_Pages(reports=led_to, **reports))
    assert [address.path for address in found] == ["/reports", "/reports/100001", "/reports/100002"]


@pytest.mark.django_db
@pytest.mark.usefixtures("whole_transactions")
def test_every_page_about_staff_is_found_where_staff_is_registered(desk: KeyDesk):
    manager, now = settle_manager(), datetime.now(UTC)
    own = manager.company.user(manager.person_id, at=now)
    grant(own.pk, WantedRight(ServiceCode.CHECK_INS, Right.DECLARE), by=signed_in(manager.company.chief), at=now)
    aliases = Aliases(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)
    register_staff(manager.company.entity.company_number, aliases=aliases, at=now)
    found = find_addresses(Stay(Visitor.USER, 1, manager.cookie))

    of_staff = {
        *("presences", "presence", "presence-cancellation", "presences-search", "presences-missing", "work-place-live"),
        *("correction-new", "correction-missing-event", "correction-one", "correction-evidence", "correction-withdraw"),
    }
    assert of_staff <= {address.page for address in found}
    assert [address for address in found if address.page in of_staff and address.queries > 12] == []


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/reports", "reports"),
        ("/reports?sort=-number&page=2", "reports?page&sort"),
        ("/reports/100001", "report-sender"),
        ("/nowhere", None),
        ("/help?language=de", None),
    ],
)
def test_a_page_is_named_by_its_route_and_what_its_query_says(path: str, page: str | None):
    assert page_of(path) == page


def test_each_page_is_opened_as_often_as_any_other():
    pages = {name: [Visit(name, f"/{name}/{number}", "") for number in range(3)] for name in ("a", "b")}
    visits = spread(pages, 8)

    assert [visit.page for visit in visits].count("a") == 4
    assert len({visit.path for visit in visits}) == 6


def test_the_slowest_page_comes_first():
    times = Times()
    times.by_page["quick"] += [1.0] * 20
    times.by_page["slow"] += [9.0] * 20

    assert [row[0] for row in times.slowest()] == ["slow", "quick"]
    assert (percentile([1.0, 2.0], 0.5), times.p95()) == (2.0, 9.0)


def test_a_page_that_was_not_shown_is_told():
    with pytest.raises(OutageError, match="the first: /people: 500"):
        Times(failures=["/people: 500"]).require_shown()
