"""What a user's page and the drop-down below the list offer is what the register would do for the reader."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.desk import KeyDesk
from domain.access.roles import Role
from registers.access.models import Appointment, EntityAccount, Grant, UserAccount
from registers.persons.models import Person
from tests.portal.people import settle_for, settle_manager
from tests.portal.test_key_symbols import PASSWORD, let_manage
from tests.portal.test_people import NO_RIGHTS, add_user, now, text_of, the_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import a_person

pytestmark = pytest.mark.django_db
ABOVE = "This person is an access manager above your own role"


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


def a_co_manager(visitor: Visitor) -> Visitor:
    person = a_person()
    let_manage(person, Role.CO_MANAGER, "EMPLOYER")
    return a_visitor(Client(), settle_for(visitor.manager.company, person, "co.manager"))


def steps_on(page: str, user: UserAccount) -> set[str]:
    return set(re.findall(rf'href="/people/users/{user.pk}/([a-z-]+)"', page))


def a_user_in(visitor: Visitor, state: str, blocked_by: str = "") -> UserAccount:
    user, _ = the_user(visitor)
    UserAccount.objects.filter(pk=user.pk).update(state=state, blocked_by=blocked_by)
    return user


@pytest.mark.parametrize("step", ["block", "remove", "sign-out"])
def test_a_co_manager_is_offered_no_step_with_the_manager_above_him(visitor: Visitor, step: str):
    user, _ = the_user(visitor)
    let_manage(user.person_id, Role.MANAGER, "EMPLOYER")
    helper = a_co_manager(visitor)

    assert step in steps_on(text_of(visitor.get(f"/people/users/{user.pk}")), user)
    assert steps_on(text_of(helper.get(f"/people/users/{user.pk}")), user) == {"on-day", "attest"}
    assert ABOVE in text_of(helper.send_unasked(f"/people/users/{user.pk}/{step}"))


def test_a_co_manager_is_offered_every_step_with_any_other_user(visitor: Visitor):
    user, _ = the_user(visitor)
    shown = steps_on(text_of(a_co_manager(visitor).get(f"/people/users/{user.pk}")), user)

    assert shown == {"on-day", "rights", "attest", "sign-out", "block", "remove"}


def test_a_blocked_place_does_not_stand_above(visitor: Visitor):
    user, _ = the_user(visitor)
    let_manage(user.person_id, Role.MANAGER, "EMPLOYER")
    Appointment.objects.filter(person_id=user.person_id).update(state="BLOCKED", blocked_by="COMPANY")
    helper = a_co_manager(visitor)

    assert "block" in steps_on(text_of(helper.get(f"/people/users/{user.pk}")), user)
    helper.send(f"/people/users/{user.pk}/block")


@pytest.mark.parametrize(
    ("state", "by", "step", "told"),
    [
        ("ACTIVE", "", "unblock", "This is not possible as things stand now"),
        ("BLOCKED", "COMPANY", "block", "This is not possible as things stand now"),
        ("BLOCKED", "OPERATOR", "unblock", "it alone takes that back. Call it"),
    ],
)
def test_the_drop_down_leads_to_no_step_that_is_not_offered(
    visitor: Visitor, state: str, by: str, step: str, told: str
):
    user = a_user_in(visitor, state, by)
    led = visitor.get(f"/people/execute?user={user.pk}&step={step}", status=HTTPStatus.FOUND)["Location"]
    page = text_of(visitor.get(led))

    assert led == f"/people/users/{user.pk}"
    assert told in page
    assert step not in steps_on(page, user)


@pytest.mark.parametrize(
    ("state", "by", "step", "told"),
    [
        ("ACTIVE", "", "unblock", "This is not possible as things stand now"),
        ("ACTIVE", "", "invite", "This is not possible as things stand now"),
        ("BLOCKED", "COMPANY", "attest", "This is not possible as things stand now"),
        ("BLOCKED", "OPERATOR", "unblock", "it alone takes that back. Call it"),
    ],
)
def test_a_step_that_would_be_refused_is_not_asked_about(visitor: Visitor, state: str, by: str, step: str, told: str):
    user = a_user_in(visitor, state, by)
    here = f"/people/users/{user.pk}"

    assert visitor.get(f"{here}/{step}", HTTPStatus.FOUND)["Location"] == here
    assert told in text_of(visitor.get(here))
    assert told in text_of(visitor.send_unasked(f"{here}/{step}"))


def test_who_manages_above_the_reader_is_not_asked_about(visitor: Visitor):
    user, _ = the_user(visitor)
    let_manage(user.person_id, Role.MANAGER, "EMPLOYER")
    helper, here = a_co_manager(visitor), f"/people/users/{user.pk}"

    assert helper.get(f"{here}/remove", HTTPStatus.FOUND)["Location"] == here
    assert ABOVE in text_of(helper.get(here))


def a_right_that_waits(visitor: Visitor) -> tuple[Grant, str]:
    """Return a right that the visitor gave himself, and the page of its user."""
    own = visitor.manager.company.user(visitor.manager.person_id)
    visitor.send(f"/people/users/{own.pk}/rights", **{**NO_RIGHTS, "DIMONA": "NONE", "ACCESS": "DECLARE"})
    return Grant.objects.get(), f"/people/users/{own.pk}"


@pytest.mark.parametrize("step", ["confirm", "refuse"])
def test_who_gave_himself_a_right_is_not_asked_whether_it_counts(visitor: Visitor, step: str):
    right, here = a_right_that_waits(visitor)

    assert visitor.get(f"{here}/rights/{right.pk}/{step}", HTTPStatus.FOUND)["Location"] == here
    assert "Four eyes are needed" in text_of(visitor.get(here))
    assert "Four eyes are needed" in text_of(visitor.send_unasked(f"{here}/rights/{right.pk}/{step}"))


@pytest.mark.parametrize(
    "changed", [{"state": "REFUSED", "valid_until": now()}, {"valid_until": now()}], ids=["refused", "over"]
)
def test_a_second_manager_is_not_asked_about_a_right_that_waits_no_more(visitor: Visitor, changed: dict[str, object]):
    right, here = a_right_that_waits(visitor)
    second = a_co_manager(visitor)
    confirm = f"{here}/rights/{right.pk}/confirm"
    second.get(confirm)
    Grant.objects.filter(pk=right.pk).update(**{"valid_from": right.valid_from - timedelta(days=1), **changed})

    assert second.get(confirm, HTTPStatus.FOUND)["Location"] == here
    assert "This is not possible as things stand now" in text_of(second.get(here))


def test_the_question_about_a_right_takes_few_queries(visitor: Visitor):
    right, here = a_right_that_waits(visitor)
    second = a_co_manager(visitor)
    second.get(here)

    with CaptureQueriesContext(connection) as queries:
        second.get(f"{here}/rights/{right.pk}/confirm")
    assert len(queries) <= MOST_QUERIES


def test_whom_the_counter_blocked_for_want_of_use_the_company_blocks_for_itself(visitor: Visitor):
    user = a_user_in(visitor, "BLOCKED", "PLATFORM")
    UserAccount.objects.filter(pk=user.pk).update(block_reason="UNUSED")
    here = f"/people/users/{user.pk}"
    assert steps_on(text_of(visitor.get(here)), user) >= {"block", "unblock"}
    visitor.send(f"{here}/block")

    user.refresh_from_db()
    assert (user.state, user.blocked_by) == ("BLOCKED", "COMPANY")
    assert "block" not in steps_on(text_of(visitor.get(here)), user)


@pytest.mark.parametrize(
    ("by", "reason", "told"),
    [
        ("COMPANY", "LEAVER", "by the company"),
        ("PLATFORM", "UNUSED", "by this counter, because the account was not used for too long"),
        ("OPERATOR", "fraud", "by the contact centre"),
    ],
)
def test_the_page_of_a_blocked_user_says_by_whom_and_why_where_the_counter_did_it(
    visitor: Visitor, by: str, reason: str, told: str
):
    user = a_user_in(visitor, "BLOCKED", by)
    UserAccount.objects.filter(pk=user.pk).update(block_reason=reason)
    page = text_of(visitor.get(f"/people/users/{user.pk}"))

    assert told in page
    assert reason not in page


def test_the_drop_down_says_who_manages_above_the_reader(visitor: Visitor):
    user, _ = the_user(visitor)
    let_manage(user.person_id, Role.MANAGER, "EMPLOYER")
    helper = a_co_manager(visitor)
    led = helper.get(f"/people/execute?user={user.pk}&step=remove", status=HTTPStatus.FOUND)["Location"]

    assert ABOVE in text_of(helper.get(led))


def test_the_page_of_a_new_password_opens_for_nobody_who_is_given_none(visitor: Visitor):
    user = add_user(visitor)
    let_manage(user.person_id, Role.MANAGER, "EMPLOYER")
    helper, here = a_co_manager(visitor), f"/people/users/{user.pk}/password"

    page = text_of(helper.get(here))
    assert ABOVE in page
    assert "Give this password" not in page
    refused = text_of(helper.send(here, HTTPStatus.CONFLICT, password=PASSWORD, repeated=PASSWORD))
    assert refused.count(ABOVE) == text_of(visitor.get(here)).count("Give this password")


def test_what_a_users_page_offers_costs_no_query_of_its_own(visitor: Visitor):
    user, _ = the_user(visitor)
    let_manage(user.person_id, Role.MANAGER, "EMPLOYER")
    helper = a_co_manager(visitor)
    helper.get(f"/people/users/{user.pk}")

    with CaptureQueriesContext(connection) as queries:
        helper.get(f"/people/users/{user.pk}")
    assert len(queries) <= MOST_QUERIES


def an_invited_user_stopped_elsewhere(visitor: Visitor) -> UserAccount:
    user = add_user(visitor)
    let_manage(user.person_id, Role.CO_CHIEF, "")
    place = Appointment.objects.filter(person_id=user.person_id)
    place.update(state="BLOCKED", blocked_by="OPERATOR")
    return user


def test_whom_the_contact_centre_blocked_in_another_place_is_offered_nothing_that_enters_him(visitor: Visitor):
    user = an_invited_user_stopped_elsewhere(visitor)
    here, entering = f"/people/users/{user.pk}", {"invite", "appoint"}
    page = text_of(visitor.get(here))

    assert steps_on(page, user).isdisjoint(entering)
    assert "The contact centre blocked this person" in page
    assert "it alone takes that back. Call it" in text_of(visitor.send_unasked(f"{here}/invite"))
    Appointment.objects.filter(person_id=user.person_id).update(state="ENDED", blocked_by="", valid_until=now())
    assert steps_on(text_of(visitor.get(here)), user) >= entering


def test_who_removes_such_a_person_reads_that_he_is_not_added_anew_before_the_block_is_taken_back(visitor: Visitor):
    stopped, user = an_invited_user_stopped_elsewhere(visitor), the_user(visitor)[0]
    told = "added anew only once it takes that back"

    assert told in text_of(visitor.get(f"/people/users/{stopped.pk}/remove"))
    asked = text_of(visitor.get(f"/people/users/{user.pk}/remove"))
    assert told not in asked
    assert "the person can be added anew" in asked


BLOCKED_YOU = "The contact centre blocked you in this company"


def propose(person_id: int, *, confirmed_by: str) -> Appointment:
    """Propose the person as co-manager, as a file does that nobody confirmed where `confirmed_by` is empty."""
    return Appointment.objects.create(
        entity=EntityAccount.objects.get().entity, environment="R", person_id=person_id, role=Role.CO_MANAGER,
        quality="EMPLOYER", created_by="sender:1", source="PORTAL", proposed_at=now(), expires_at=now() + timedelta(days=9),
        confirmed_by=confirmed_by, confirmed_at=now() if confirmed_by else None,
    )  # fmt: skip


def steps_of_ones_own(page: str) -> set[str]:
    return set(re.findall(r'href="/((?:appointments|invitations)/\d+/[a-z]+)"', page))


def test_whom_the_contact_centre_blocked_is_not_offered_to_accept_what_waits_for_him(visitor: Visitor):
    user, her = the_user(visitor)
    row, invited = propose(user.person_id, confirmed_by="person:1"), visitor.manager.company.invite(at=now())
    UserAccount.objects.filter(pk=invited.pk).update(person_id=user.person_id, quality="SERVICE_PROVIDER")
    both = (f"appointments/{row.pk}", f"invitations/{invited.pk}")
    assert steps_of_ones_own(text_of(her.get("/appointments"))) == {
        f"{one}/{step}" for one in both for step in ("accept", "decline")
    }
    UserAccount.objects.filter(pk=user.pk).update(state="BLOCKED", blocked_by="OPERATOR")
    page = text_of(her.get("/appointments"))

    assert steps_of_ones_own(page) == {f"{one}/decline" for one in both}
    assert page.count(BLOCKED_YOU) == len(both)


def test_what_an_operator_confirmed_is_offered_to_whom_the_contact_centre_blocked(visitor: Visitor):
    user, her = the_user(visitor)
    row = propose(user.person_id, confirmed_by="operator")
    UserAccount.objects.filter(pk=user.pk).update(state="BLOCKED", blocked_by="OPERATOR")
    page = text_of(her.get("/appointments"))

    assert f"appointments/{row.pk}/accept" in steps_of_ones_own(page)
    assert BLOCKED_YOU not in page


def test_a_manager_is_not_offered_to_confirm_whom_the_contact_centre_blocked(visitor: Visitor):
    user = a_user_in(visitor, "ACTIVE")
    row = propose(user.person_id, confirmed_by="")
    here = f'href="/people/appointments/{row.pk}/'
    page = text_of(visitor.get("/people"))
    assert (f"{here}confirm" in page, f"{here}refuse" in page) == (True, True)
    UserAccount.objects.filter(pk=user.pk).update(state="BLOCKED", blocked_by="OPERATOR")
    page = text_of(visitor.get("/people"))

    assert (f"{here}confirm" in page, f"{here}refuse" in page) == (False, True)
    assert "it alone takes that back. Call it" in page


def test_whom_the_contact_centre_blocked_under_a_replaced_number_is_offered_nothing_that_enters_him(visitor: Visitor):
    user, old = add_user(visitor), a_user_in(visitor, "BLOCKED", "OPERATOR")
    here, entering = f"/people/users/{user.pk}", {"invite", "appoint"}
    assert steps_on(text_of(visitor.get(here)), user) >= entering
    Person.objects.filter(pk=old.person_id).update(merged_into=user.person_id)
    page = text_of(visitor.get(here))

    assert steps_on(page, user).isdisjoint(entering)
    assert "The contact centre blocked this person" in page
