"""A manager sees what senders declared about access, confirms or refuses what waits, and lets a sender declare."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import (
    Sender,
    SenderCertificate,
    SenderChannel,
    SenderService,
    SenderState,
    TechnicalUser,
)
from correspondence.models import EboxDocument
from domain.access.roles import Role
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.environments import Environment
from evidence.models import AuditEvent
from portal import access_desk as composed
from portal.pages.sending_once import FIELD, new_form_token
from registers.access.models import Appointment, DeclaredAccess, DeclaredForm, Grant
from tests.access_files import ANN, BERT, a_declaration, a_manager, a_right, a_technical_user, a_user, the_user
from tests.counter_bench import SENDER, make_entity, make_sender, open_bench
from tests.ingest.access.conftest import CHIEF, MANAGER, Firm, make_firm
from tests.portal.people import settle_for, settle_stranger
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import Company

HERE = "/people/declarations"


@dataclass
class House:
    """A company whose sender declared, and browsers of its people."""

    firm: Firm
    keys: object

    @property
    def company(self) -> Company:
        return Company(self.firm.entity, self.firm.chief)

    def visit(self, number: str = CHIEF, *, name: str = "an.chief") -> Visitor:
        return a_visitor(Client(), settle_for(self.company, self.firm.person(number), name))

    def declare(self, *declarations: str) -> DeclaredAccess:
        self.firm.declare(*declarations, reference=f"REF-{DeclaredForm.objects.count()}")
        return DeclaredAccess.objects.latest("pk")


@pytest.fixture(scope="session")
def keys_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def house(db: None, desk: object, tmp_path: Path, keys_home: Path, settings) -> Iterator[House]:
    bench, now = open_bench(tmp_path, keys_home), datetime.now(UTC)
    bench.identity = bench.authority.issue_signer("Sender", at=now, lifetime=timedelta(days=9))
    entity = make_entity()
    sender = make_sender(bench.number, entity=entity, identity=bench.identity)
    for environment in Environment:
        SenderService.objects.create(sender=sender, purpose="ACCS", environment=environment)
    firm = make_firm(bench, entity)
    bench.clock.instant, bench.day = now, f"{brussels_date(now):%Y%m%d}"
    settings.GUICHET = replace(django_settings.GUICHET, home=bench.home)
    for cached in (composed.access_desk, composed.directory):
        cached.cache_clear()
    yield House(firm, desk)
    for cached in (composed.access_desk, composed.directory):
        cached.cache_clear()


def today():
    return brussels_date(datetime.now(UTC))


def a_proposal(house: House) -> DeclaredAccess:
    house.firm.employ(ANN)
    return house.declare(a_declaration(a_manager(), on=today()))


def led_to_its_page(visitor: Visitor, row: DeclaredAccess, step: str) -> str:
    """Ask for a step by its address alone; return the page to which that leads, without a question."""
    here = f"{HERE}/{row.ticket}"
    assert visitor.get(f"{here}/{step}", status=HTTPStatus.FOUND).headers["Location"] == here
    return text_of(visitor, here)


def send_unasked(visitor: Visitor, here: str, step: str) -> None:
    """Send a step that the page at `here` does not offer: the register refuses it, whatever a page showed before."""
    said = {FIELD: new_form_token(visitor.get(here).context["request"])}
    answer = visitor.client.post(f"{here}/{step}", said, secure=True)
    assert answer.status_code == HTTPStatus.CONFLICT, answer.content.decode()[:2000]


def text_of(visitor: Visitor, path: str) -> str:
    return visitor.get(path).content.decode()


def test_a_proposed_manager_is_shown_with_a_masked_number_and_confirmed(house: House):
    row, visitor = a_proposal(house), house.visit()
    assert f"{HERE}/{row.ticket}" in text_of(visitor, HERE)
    shown = text_of(visitor, f"{HERE}/{row.ticket}")
    assert "Ann Peeters (85.01.15-***.**)" in shown
    assert "Access manager" in shown
    assert ANN not in shown
    assert "Waits until" in shown
    visitor.send(f"{HERE}/{row.ticket}/confirm")

    after = text_of(visitor, f"{HERE}/{row.ticket}")
    assert "To be accepted" in after
    assert "you" in after
    assert Appointment.objects.get(person_id=house.firm.person(ANN)).confirmed_at is not None
    assert EboxDocument.objects.get(kind="CONFIRM_MANAGER").state == "HANDLED"
    assert f"{HERE}/{row.ticket}/confirm" not in after


def test_a_proposed_manager_is_refused_and_the_sender_is_told(house: House):
    row, visitor = a_proposal(house), house.visit()
    house.firm.bench.collect_all()
    visitor.send(f"{HERE}/{row.ticket}/refuse")
    (told,) = house.firm.bench.answers("NOTI")

    assert told.texts("State") == ["DECLINED"]
    after = text_of(visitor, f"{HERE}/{row.ticket}")
    assert "Declined" in after
    assert "Decided by" in after
    assert "ACCS-070" in after
    row.refresh_from_db()
    assert row.settled_by == f"person:{house.firm.chief}"
    assert "This is not possible as things stand now" in led_to_its_page(visitor, row, "refuse")
    send_unasked(visitor, f"{HERE}/{row.ticket}", "refuse")


def test_a_technical_user_is_confirmed_and_its_task_leads_there(house: House):
    TechnicalUser.objects.update(quality="SERVICE_PROVIDER")
    row, visitor = house.declare(a_declaration(a_technical_user(), on=today())), house.visit()
    task = EboxDocument.objects.get(kind="CONFIRM_DECLARATION")
    assert f'href="{HERE}/{row.ticket}"' in text_of(visitor, f"/ebox/{task.pk}")
    assert "The task is done" not in text_of(visitor, f"/ebox/{task.pk}")
    visitor.send(f"{HERE}/{row.ticket}/confirm")
    task.refresh_from_db()

    assert task.state == "HANDLED"
    assert "kim@firm.example" not in text_of(visitor, f"{HERE}/{row.ticket}")


def test_a_sender_is_activated_once_its_technical_user_is_confirmed(house: House):
    TechnicalUser.objects.update(quality="SERVICE_PROVIDER")
    row, visitor = house.declare(a_declaration(a_technical_user(), on=today())), house.visit()
    sender, signer = Sender.objects.get(technical_user__user_name=row.technical_user), SenderCertificate.objects.get()
    signer.pk, signer.sender, signer.sha256 = None, sender, "0" * 64
    signer.save()
    SenderChannel.objects.create(sender=sender, channel="SFTP")
    SenderService.objects.create(sender=sender, purpose="DIMN", environment="R")
    page = text_of(visitor, f"/reports/{sender.number}")
    assert f'href="/reports/{sender.number}/activate"' not in page
    assert f'href="{HERE}/{row.ticket}"' in page
    assert "confirms it under Access declarations" in page
    answer = visitor.send(f"/reports/{sender.number}/activate", status=HTTPStatus.CONFLICT)
    sender.refresh_from_db()
    assert "confirms it under Access declarations" in answer.content.decode()
    assert sender.state != SenderState.ACTIVE
    visitor.send(f"{HERE}/{row.ticket}/confirm")
    page = text_of(visitor, f"/reports/{sender.number}")
    assert f'href="/reports/{sender.number}/activate"' in page
    assert "confirms it under Access declarations" not in page
    visitor.send(f"/reports/{sender.number}/activate")

    sender.refresh_from_db()
    assert sender.state == SenderState.ACTIVE


def test_a_block_is_taken_away_by_a_confirmation(house: House):
    house.firm.appoint(Role.MANAGER, MANAGER)
    row = house.firm.appoint(Role.CO_MANAGER, ANN)
    Appointment.objects.filter(pk=row.pk).update(state="BLOCKED", blocked_by="COMPANY")
    declared = house.declare(a_declaration(a_manager(role="CO_MANAGER"), action="UNBLOCK", on=today()))
    house.visit(MANAGER, name="a.manager").send(f"{HERE}/{declared.ticket}/confirm")
    row.refresh_from_db()

    assert row.state == "ACTIVE"


def a_lockout(house: House) -> str:
    """Declare the removal of two out of five users; return the ticket of the file."""
    house.firm.crowd(3)
    for number in (ANN, BERT):
        house.firm.user(number)
    row = house.declare(
        a_declaration(the_user(), action="REMOVE", on=today(), seq=1),
        a_declaration(the_user(BERT), action="BLOCK", on=today(), seq=2),
    )
    return str(row.form.submission.ticket)


def test_a_held_file_tells_whom_it_shuts_out_and_is_confirmed(house: House):
    ticket, visitor = a_lockout(house), house.visit()
    assert f"{HERE}/files/{ticket}" in text_of(visitor, HERE)
    shown = text_of(visitor, f"{HERE}/files/{ticket}")
    assert "2 of 5 active users" in shown
    assert ANN not in shown
    task = EboxDocument.objects.get(kind="CONFIRM_FILE")
    assert f'href="{HERE}/files/{ticket}"' in text_of(visitor, f"/ebox/{task.pk}")
    visitor.send(f"{HERE}/files/{ticket}/confirm")

    assert (house.firm.account(ANN).state, house.firm.account(BERT).state) == ("REMOVED", "BLOCKED")
    after = text_of(visitor, f"{HERE}/files/{ticket}")
    assert "Decided by" in after
    assert "Confirm this file" not in after
    task.refresh_from_db()
    assert task.state == "HANDLED"


@pytest.mark.parametrize("step", ["confirm", "refuse"])
@pytest.mark.parametrize("about", ["a declaration", "a held file"])
def test_a_decision_that_is_sent_twice_counts_once(house: House, step: str, about: str):
    waiting = a_proposal(house).ticket if about == "a declaration" else f"files/{a_lockout(house)}"
    page, visitor = f"{HERE}/{waiting}/{step}", house.visit()
    said = {FIELD: new_form_token(visitor.get(page).context["request"])}
    assert visitor.client.post(page, said, secure=True).status_code == HTTPStatus.SEE_OTHER
    done = AuditEvent.objects.count()
    assert visitor.client.post(page, said, secure=True).status_code == HTTPStatus.CONFLICT
    assert AuditEvent.objects.count() == done


def test_a_held_file_is_refused(house: House):
    ticket, visitor = a_lockout(house), house.visit()
    visitor.send(f"{HERE}/files/{ticket}/refuse")

    assert house.firm.account(ANN).state == "ACTIVE"
    assert {row.state for row in DeclaredAccess.objects.all()} == {"DECLINED"}


@pytest.mark.parametrize("step", ["confirm", "refuse"])
def test_a_file_of_which_it_is_decided_asks_nothing_any_more(house: House, step: str):
    ticket, visitor = a_lockout(house), house.visit()
    here = f"{HERE}/files/{ticket}"
    visitor.send(f"{here}/refuse")

    assert visitor.get(f"{here}/{step}", status=HTTPStatus.FOUND).headers["Location"] == here
    assert "This is not possible as things stand now" in text_of(visitor, here)
    send_unasked(visitor, here, step)


def test_every_declaration_is_found_again(house: House):
    house.firm.employ(ANN)
    row, visitor = house.declare(a_declaration(a_user(), on=today())), house.visit()
    for words in (row.ticket, "REF-0", "Peeters", house.firm.account(ANN).user_name):
        assert f"{HERE}/{row.ticket}" in text_of(visitor, f"{HERE}/all?q={words}")
    assert f"{HERE}/{row.ticket}" not in text_of(visitor, f"{HERE}/all?q=nobody")
    assert "Done" in text_of(visitor, f"{HERE}/{row.ticket}")


def test_a_right_that_a_file_declared_leads_to_the_declaration(house: House):
    user = house.firm.user(ANN)
    row = house.declare(a_declaration(the_user(), a_right(), action="GRANT", on=today()))
    shown = text_of(house.visit(), f"/people/users/{user.pk}/on-day")

    assert f"{HERE}/all?q={row.form.submission.subject_name[:30]}" in shown
    assert f"sender {SENDER}" in shown


def test_keys_that_cannot_be_read_are_our_trouble(house: House):
    row, visitor = a_proposal(house), house.visit()
    shown = visitor.get(f"{HERE}/{row.ticket}/confirm")
    django_settings.GUICHET = replace(django_settings.GUICHET, home=Path("/nowhere"))
    said = {FIELD: new_form_token(shown.context["request"])}
    answer = visitor.client.post(f"{HERE}/{row.ticket}/confirm", said, secure=True)

    assert "That is our trouble" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "PENDING_CONFIRMATION"


def test_what_is_scheduled_says_for_when(house: House):
    house.firm.employ(ANN)
    row = house.declare(a_declaration(a_user(), on=today() + timedelta(days=9)))
    shown = text_of(house.visit(), f"{HERE}/{row.ticket}")

    assert "Scheduled" in shown
    assert "Takes effect on" in shown
    assert "ann@firm.example" in shown


def test_a_user_and_another_company_see_nothing(house: House):
    row = a_proposal(house)
    house.firm.user(BERT)
    house.visit(BERT, name="bert.user").get(HERE, status=HTTPStatus.FORBIDDEN)
    manager = settle_for(house.company, house.firm.chief, "an.chief")
    a_visitor(Client(), settle_stranger(manager)).get(f"{HERE}/{row.ticket}", status=HTTPStatus.NOT_FOUND)
    DeclaredForm.objects.update(entity=None)
    for path in (f"{HERE}/{row.ticket}", f"{HERE}/{row.ticket}/confirm", f"{HERE}/files/{row.form.submission.ticket}"):
        a_visitor(Client(), manager).get(path, status=HTTPStatus.NOT_FOUND)


def test_a_confirmation_asks_for_a_fresh_proof(house: House):
    row, visitor = a_proposal(house), house.visit()
    aged = datetime.now(UTC) - timedelta(minutes=6)
    visitor.manager.login.sessions.update(authenticated_at=aged)
    answer = visitor.get(f"{HERE}/{row.ticket}/confirm", status=HTTPStatus.FOUND)

    assert answer.headers["Location"].startswith("/step-up?")


def test_a_second_manager_lets_a_sender_declare(house: House):
    SenderService.objects.filter(purpose="ACCS").delete()
    house.firm.appoint(Role.MANAGER, MANAGER)
    chief, second = house.visit(), house.visit(MANAGER, name="a.manager")
    here = f"/reports/{SENDER}/access"
    assert "Not asked for" in text_of(chief, here)
    chief.send(f"{here}/ask")
    task = EboxDocument.objects.get(kind="SECOND_MANAGER_FOR_SENDER")
    assert f'href="{here}"' in text_of(second, f"/ebox/{task.pk}")
    assert "Another access manager of the company confirms it." in text_of(chief, here)
    for step in ("ask", "confirm"):
        chief.get(f"{here}/{step}", HTTPStatus.FOUND)
    assert "Four eyes are needed" in text_of(chief, here)
    send_unasked(chief, here, "confirm")
    assert not SenderService.objects.filter(purpose="ACCS").exists()
    assert f"{here}" in text_of(second, HERE)
    second.send(f"{here}/confirm")

    assert SenderService.objects.filter(purpose="ACCS").count() == 3
    assert "Confirmed by" in text_of(chief, here)
    chief.send(f"{here}/end")
    assert Grant.objects.get().state == "CLOSED"


def test_a_second_manager_refuses_and_it_can_be_asked_again(house: House):
    SenderService.objects.filter(purpose="ACCS").delete()
    house.firm.appoint(Role.MANAGER, MANAGER)
    house.visit().send(f"/reports/{SENDER}/access/ask")
    second = house.visit(MANAGER, name="a.manager")
    second.send(f"/reports/{SENDER}/access/refuse")

    assert "Not asked for" in text_of(second, f"/reports/{SENDER}/access")


def test_a_sender_that_is_retired_waits_for_no_second_manager(house: House):
    SenderService.objects.filter(purpose="ACCS").delete()
    house.firm.appoint(Role.MANAGER, MANAGER)
    chief, second = house.visit(), house.visit(MANAGER, name="a.manager")
    chief.send(f"/reports/{SENDER}/access/ask")
    chief.send(f"/reports/{SENDER}/retire")
    assert EboxDocument.objects.get(kind="SECOND_MANAGER_FOR_SENDER").state == "HANDLED"
    send_unasked(second, f"/reports/{SENDER}/access", "confirm")

    assert not SenderService.objects.filter(purpose="ACCS").exists()
    assert "Not asked for" in text_of(second, f"/reports/{SENDER}/access")


def test_who_is_alone_is_led_to_the_eid(house: House):
    SenderService.objects.filter(purpose="ACCS").delete()
    visitor = house.visit()
    visitor.manager.login.sessions.update(level=AssuranceLevel.APP_CODE)
    answer = visitor.get(f"/reports/{SENDER}/access/ask", status=HTTPStatus.FOUND)
    assert answer.headers["Location"].startswith("/step-up?level=500")
    visitor.manager.login.sessions.update(level=AssuranceLevel.EID)
    visitor.send(f"/reports/{SENDER}/access/ask")

    assert SenderService.objects.filter(purpose="ACCS").exists()


def test_a_sender_that_would_be_left_without_service_is_told_so(house: House):
    SenderService.objects.exclude(purpose="ACCS").delete()
    house.firm.appoint(Role.MANAGER, MANAGER)
    Grant.objects.create(
        environment="R", sender_id=SENDER, service="ACCESS", right="DECLARE", state="ACTIVE", granted_by="test",
        granted_at=datetime.now(UTC), valid_from=datetime.now(UTC), source="OPERATOR",
    )  # fmt: skip
    SenderService.objects.exclude(environment="R").delete()
    house.visit().send(f"/reports/{SENDER}/access/end", status=HTTPStatus.CONFLICT)

    assert Sender.objects.get(pk=SENDER).services.exists()


@pytest.mark.parametrize(
    "page", [HERE, f"{HERE}/all", f"{HERE}/{{0}}", f"{HERE}/files/{{1}}", f"/reports/{SENDER}/access"]
)
def test_a_page_takes_few_queries(house: House, page: str):
    ticket = a_lockout(house)
    row, visitor = DeclaredAccess.objects.latest("pk"), house.visit()
    visitor.get("/home")
    with CaptureQueriesContext(connection) as queries:
        visitor.get(page.format(row.ticket, ticket))

    assert len(queries) <= MOST_QUERIES, [query["sql"][:150] for query in queries]
