"""What stands against a declaration that waits is told on its page, which offers to confirm it no more."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from django.db import connection
from django.test.utils import CaptureQueriesContext

from auth.session_life import SessionEnder
from channels.models import TechnicalUser
from domain.access.roles import Role
from registers.access.ending import end
from registers.access.models import Appointment, DeclaredAccess, DeclaredForm, UserAccount
from tests.access_files import ANN, BERT, a_declaration, a_manager, a_technical_user
from tests.ingest.access.conftest import MANAGER
from tests.portal.test_access_declarations import (
    HERE,
    House,
    a_lockout,
    a_proposal,
    house,
    keys_home,
    led_to_its_page,
    send_unasked,
    text_of,
    today,
)
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor

__all__ = ["house", "keys_home"]


def steps_of(page: str, row: DeclaredAccess) -> set[str]:
    return set(re.findall(rf'href="{HERE}/{row.ticket}/([a-z]+)"', page))


def test_whom_the_contact_centre_blocked_meanwhile_is_offered_to_be_refused_alone(house: House):
    row, visitor = a_proposal(house), house.visit()
    account, here = house.firm.user(ANN), f"{HERE}/{row.ticket}"
    assert steps_of(text_of(visitor, here), row) == {"confirm", "refuse"}
    UserAccount.objects.filter(pk=account.pk).update(state="BLOCKED", blocked_by="OPERATOR")
    page = text_of(visitor, here)

    assert steps_of(page, row) == {"refuse"}
    assert "it alone takes that back. Call it" in page
    assert steps_of(led_to_its_page(visitor, row, "confirm"), row) == {"refuse"}
    send_unasked(visitor, here, "confirm")


def test_a_block_that_the_contact_centre_took_over_is_offered_to_be_left_alone(house: House):
    place = house.firm.appoint(Role.CO_MANAGER, ANN)
    Appointment.objects.filter(pk=place.pk).update(state="BLOCKED", blocked_by="COMPANY")
    row = house.declare(a_declaration(a_manager(role="CO_MANAGER"), action="UNBLOCK", on=today()))
    visitor, here = house.visit(), f"{HERE}/{row.ticket}"
    assert steps_of(text_of(visitor, here), row) == {"confirm", "refuse"}
    Appointment.objects.filter(pk=place.pk).update(blocked_by="OPERATOR")
    page = text_of(visitor, here)

    assert steps_of(page, row) == {"refuse"}
    assert "it alone takes that back. Call it" in page
    assert steps_of(led_to_its_page(visitor, row, "confirm"), row) == {"refuse"}
    send_unasked(visitor, here, "confirm")


def test_a_technical_user_that_was_removed_meanwhile_is_offered_to_be_refused_alone(house: House):
    TechnicalUser.objects.update(quality="SERVICE_PROVIDER")
    row, visitor = house.declare(a_declaration(a_technical_user(), on=today())), house.visit()
    here = f"{HERE}/{row.ticket}"
    assert steps_of(text_of(visitor, here), row) == {"confirm", "refuse"}
    TechnicalUser.objects.filter(user_name=row.technical_user).update(state="REMOVED")
    page = text_of(visitor, here)

    assert steps_of(page, row) == {"refuse"}
    assert "was removed before anybody confirmed it" in page
    assert steps_of(led_to_its_page(visitor, row, "confirm"), row) == {"refuse"}
    send_unasked(visitor, here, "confirm")
    visitor.send(f"{here}/refuse")


def test_what_waited_too_long_is_offered_no_more(house: House):
    row, visitor = a_proposal(house), house.visit()
    assert f"{HERE}/{row.ticket}" in text_of(visitor, HERE)
    DeclaredAccess.objects.filter(pk=row.pk).update(expires_at=datetime.now(UTC) - timedelta(minutes=1))
    here = f"{HERE}/{row.ticket}"

    assert here not in text_of(visitor, HERE)
    assert steps_of(text_of(visitor, here), row) == set()
    for step in ("confirm", "refuse"):
        assert "This is not possible as things stand now" in led_to_its_page(visitor, row, step)
        send_unasked(visitor, here, step)


def test_who_may_not_confirm_a_manager_is_told_so_before_he_is_asked(house: House):
    gone = house.firm.appoint(Role.MANAGER, BERT)
    house.firm.appoint(Role.CO_MANAGER, MANAGER)
    end(gone.pk, by=house.firm.by_chief(), at=datetime.now(UTC), sessions=SessionEnder(actor="test"))
    row, visitor = a_proposal(house), house.visit(MANAGER, name="a.manager")

    assert steps_of(text_of(visitor, f"{HERE}/{row.ticket}"), row) == set()
    assert "Your role does not allow this" in led_to_its_page(visitor, row, "confirm")
    send_unasked(visitor, f"{HERE}/{row.ticket}", "confirm")


def file_page_after(visitor: Visitor, here: str, step: str) -> str:
    """Ask for a step of a file by its address alone; return the file's page, to which that leads."""
    assert visitor.get(f"{here}/{step}", status=HTTPStatus.FOUND).headers["Location"] == here
    return text_of(visitor, here)


def test_a_file_that_waited_too_long_is_offered_no_more(house: House):
    ticket, visitor = a_lockout(house), house.visit()
    DeclaredForm.objects.update(expires_at=datetime.now(UTC) - timedelta(minutes=1))
    here = f"{HERE}/files/{ticket}"

    assert here not in text_of(visitor, HERE)
    assert f"{here}/" not in text_of(visitor, here)
    for step in ("confirm", "refuse"):
        assert "This is not possible as things stand now" in file_page_after(visitor, here, step)
        send_unasked(visitor, here, step)
    assert DeclaredForm.objects.get().state == "AWAITING_CONFIRMATION"


def test_who_manages_one_quality_of_a_file_is_told_so_before_he_is_asked(house: House):
    ticket = a_lockout(house)
    house.firm.appoint(Role.MANAGER, MANAGER)
    other = DeclaredForm.objects.get()
    other.pk, other.form_index, other.reference, other.quality = None, 99, "REF-99", "SERVICE_PROVIDER"
    other.save()
    visitor, here = house.visit(MANAGER, name="a.manager"), f"{HERE}/files/{ticket}"

    assert f"{here}/" not in text_of(visitor, here)
    for step in ("confirm", "refuse"):
        assert "Your role does not allow this" in file_page_after(visitor, here, step)
        send_unasked(visitor, here, step)
    assert f"{here}/confirm" in text_of(house.visit(), here)


def test_the_page_of_what_waits_takes_few_queries(house: House):
    row, visitor = a_proposal(house), house.visit()
    visitor.get("/home")
    with CaptureQueriesContext(connection) as queries:
        visitor.get(f"{HERE}/{row.ticket}")

    assert len(queries) <= MOST_QUERIES, [query["sql"][:150] for query in queries]
