"""A company offers a mandate, the other one accepts or refuses it, and each of them ends it; nobody else sees it."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.desk import KeyDesk
from domain.access.qualities import Quality
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.brussels import brussels_date
from domain.quarters import Quarter
from registers.access.coverage import covered_entities
from registers.access.granting import WantedRight, grant
from registers.access.models import Mandate, UserAccount
from registers.access.qualities import activate_quality
from tests.portal.people import settle_for, settle_manager, settle_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import signed_in

pytestmark = pytest.mark.django_db
OTHER = "0400767772"
NOW = str(Quarter.of(brussels_date(datetime.now(UTC))))
OFFER = {"company": "0400.767.772", "groups": ["DIMONA", "CHECK_INS"], "start": NOW, "end": ""}


@pytest.fixture
def principal(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.fixture
def mandatary(principal: Visitor) -> Visitor:
    return a_visitor(Client(), settle_manager(company=OTHER, user_name="an.other"))


def offered(principal: Visitor, **deviation: object) -> Mandate:
    principal.send("/mandates/new", **{**OFFER, "groups": ["DIMONA"], **deviation})
    return Mandate.objects.latest("pk")


def text(visitor: Visitor, path: str = "/mandates") -> str:
    return visitor.get(path).content.decode()


def is_covered(principal: Visitor) -> bool:
    covered = covered_entities(OTHER, environment="R", service_group="DIMONA", at=datetime.now(UTC))
    return principal.manager.entity_id in covered


def test_a_mandate_counts_once_the_other_company_has_accepted_it(principal: Visitor, mandatary: Visitor):
    row = offered(principal)
    assert "Waits to be accepted" in text(mandatary)
    assert not is_covered(principal)

    mandatary.send(f"/mandates/{row.pk}/accept")
    assert is_covered(principal)
    assert "In force" in text(principal)


def test_several_groups_are_offered_at_once_and_the_quarters_are_kept(principal: Visitor, mandatary: Visitor):
    last = str(Quarter.parse(NOW).shifted(4))
    principal.send("/mandates/new", **{**OFFER, "end": last})

    rows = Mandate.objects.order_by("service_group")
    assert [(row.service_group, row.from_quarter, row.to_quarter, row.state) for row in rows] == [
        ("CHECK_INS", NOW, last, "PENDING"),
        ("DIMONA", NOW, last, "PENDING"),
    ]


def test_a_refused_mandate_never_counts(principal: Visitor, mandatary: Visitor):
    row = offered(principal)
    mandatary.send(f"/mandates/{row.pk}/refuse")

    assert "Refused" in text(principal)
    assert not is_covered(principal)


def test_nobody_accepts_his_own_offer(principal: Visitor, mandatary: Visitor):
    row = offered(principal)
    assert f"/mandates/{row.pk}/accept" not in text(principal)
    assert principal.get(f"/mandates/{row.pk}/accept", HTTPStatus.FOUND)["Location"] == "/mandates"
    principal.send_unasked(f"/mandates/{row.pk}/accept")

    assert Mandate.objects.get(pk=row.pk).state == "PENDING"


@pytest.mark.parametrize("is_principal", [True, False])
def test_either_company_ends_it(principal: Visitor, mandatary: Visitor, is_principal: bool):
    row = offered(principal)
    mandatary.send(f"/mandates/{row.pk}/accept")
    (principal if is_principal else mandatary).send(f"/mandates/{row.pk}/end")

    assert not is_covered(principal)
    assert principal.get(f"/mandates/{row.pk}/end", HTTPStatus.FOUND)["Location"] == "/mandates"
    principal.send_unasked(f"/mandates/{row.pk}/end")


WRONG = {
    "no number": ({"company": "12"}, "This is no company number"),
    "a company without an account": ({"company": "0123456749"}, "has an active account here"),
    "its own": ({"company": "0412345614"}, "has an active account here"),
    "no group": ({"groups": []}, "Choose one group of services at least."),
    "the account of the company": ({"groups": ["COMPANY_ACCOUNT"]}, "COMPANY_ACCOUNT"),
    "an end before the beginning": ({"start": str(Quarter.parse(NOW).shifted(1)), "end": NOW}, "before the first one"),
}


@pytest.mark.parametrize(("deviation", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(principal: Visitor, mandatary: Visitor, deviation: dict[str, object], sentence: str):
    answer = principal.send("/mandates/new", status=HTTPStatus.OK, **{**OFFER, **deviation})

    assert sentence in answer.content.decode()
    assert not Mandate.objects.exists()


def test_the_same_offer_again_is_refused(principal: Visitor, mandatary: Visitor):
    offered(principal)
    answer = principal.send("/mandates/new", status=HTTPStatus.CONFLICT, **OFFER)

    assert "or one is offered" in answer.content.decode()
    assert Mandate.objects.count() == 1


def test_other_companies_see_nothing_of_it(principal: Visitor, mandatary: Visitor):
    row = offered(principal)
    third = a_visitor(Client(), settle_manager(company="0123456749", user_name="an.third"))

    assert "0412345614" not in text(third).split("<main", 1)[1]
    third.get(f"/mandates/{row.pk}/accept", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("right", [None, Right.CONSULT, Right.MANAGE])
def test_users_need_the_right_to_see_and_to_manage_mandates(
    principal: Visitor, mandatary: Visitor, right: Right | None
):
    row = offered(principal)
    user = a_visitor(Client(), settle_user(mandatary.manager))
    account = UserAccount.objects.get(person_id=user.manager.person_id)
    if right is not None:
        by = signed_in(mandatary.manager.company.chief)
        grant(account.pk, WantedRight(ServiceCode.MANDATES, right), by=by, at=datetime.now(UTC))

    user.get("/mandates", status=HTTPStatus.FORBIDDEN if right is None else HTTPStatus.OK)
    if right is Right.MANAGE:
        user.send(f"/mandates/{row.pk}/accept")
        assert is_covered(principal)
    else:
        user.get(f"/mandates/{row.pk}/accept", status=HTTPStatus.FORBIDDEN)
        user.get("/mandates/new", status=HTTPStatus.FORBIDDEN)


def as_co_manager(of: Visitor, quality: Quality) -> Visitor:
    """Return a co-manager of that quality of the company, acting in it."""
    company = of.manager.company
    if quality is not Quality.EMPLOYER:
        activate_quality(company.id, quality, by=signed_in(company.chief), at=datetime.now(UTC))
    helper = company.appoint(Role.CO_MANAGER, quality=quality, at=datetime.now(UTC))
    his = a_visitor(Client(), settle_for(company, helper.person_id, "di.helper"))
    his.manager.login.sessions.update(quality=quality)
    return his


@pytest.mark.parametrize("is_principal", [True, False])
def test_who_manages_a_further_quality_is_offered_no_step_and_reads_whose_it_is(
    principal: Visitor, mandatary: Visitor, is_principal: bool
):
    row = offered(principal)
    his = as_co_manager(principal if is_principal else mandatary, Quality.SERVICE_PROVIDER)
    shown = text(his)

    assert "agrees to mandates and ends them" in shown
    assert not any(f"/mandates/{row.pk}/{step}" in shown for step in ("accept", "refuse", "end"))
    assert "/mandates/new" not in shown
    his.get("/mandates/new", status=HTTPStatus.FORBIDDEN)
    assert "agrees to mandates" in his.get(f"/mandates/{row.pk}/end", status=HTTPStatus.FORBIDDEN).content.decode()


@pytest.mark.parametrize("is_principal", [True, False])
def test_the_mandate_for_access_is_offered_to_main_managers_alone(
    principal: Visitor, mandatary: Visitor, is_principal: bool
):
    access, other = offered(principal, groups=["ACCESS_MANAGEMENT"]), offered(principal)
    his = as_co_manager(principal if is_principal else mandatary, Quality.EMPLOYER)
    shown = text(his)

    step = "end" if is_principal else "accept"
    assert f"/mandates/{other.pk}/{step}" in shown
    assert f"/mandates/{access.pk}/{step}" not in shown
    assert 'value="ACCESS_MANAGEMENT"' not in text(his, "/mandates/new")
    assert 'value="ACCESS_MANAGEMENT"' in text(principal, "/mandates/new")


def test_a_weaker_key_is_led_to_a_stronger_one(principal: Visitor):
    principal.manager.login.sessions.update(level=400)

    assert "/step-up" in principal.get("/mandates", status=HTTPStatus.FOUND)["Location"]


def test_the_list_takes_few_queries(principal: Visitor, mandatary: Visitor):
    principal.send("/mandates/new", **OFFER)
    with CaptureQueriesContext(connection) as queries:
        principal.get("/mandates")

    assert len(queries) <= MOST_QUERIES, [query["sql"][:120] for query in queries]
