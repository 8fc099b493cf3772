"""`guichet persons` as an operator types it: numbers stand on standard input alone."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.conf import settings
from django.db import connection, transaction

from auth.models import Login
from commands.__main__ import main
from domain.access.actors import Actor
from evidence.models import AuditEvent
from registers.access.authority import lock_account
from registers.access.models import UserAccount
from registers.access.user_accounts import block_user
from registers.checkins.models import RevalidationRequest
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.models import Period
from registers.student_days.question_tables import ConsultationLog
from tests.commands.configuring.hand_ins import NOW, Run
from tests.counter_bench import make_entity
from tests.registers.access.conftest import make_company
from tests.waiting import wait_for

BIS, NEW = "04512300764", "05071400153"

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory() -> PersonDirectory:
    path = settings.GUICHET.home / "keys" / "persons.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(PersonKeys.generate(), encoding="ascii")
    return PersonDirectory(PersonKeys.read(path), environment="R")


def say(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_two_persons_become_one_and_nothing_tells_a_number(directory, run: Run, monkeypatch):
    before = directory.find_or_create([BIS, NEW], at=NOW)
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    code, told = run("persons change-number")

    assert code == 0
    assert "R: two persons became one" in told
    assert directory.find([BIS]) == {BIS: before[NEW]}
    event = AuditEvent.objects.get(action="person:number-changed")
    assert not any(number in f"{told}{event.detail}" for number in (BIS, NEW))


def test_periods_that_overlap_then_are_listed_without_a_name(directory, run: Run, monkeypatch):
    known = directory.find_or_create([BIS, NEW], at=NOW)
    employer = make_entity()
    for number, person in enumerate((known[BIS], known[NEW]), start=610000000192):
        a_period(number, person, employer.pk, date(2026, 7, number % 10))
    assert overlaps(run) == (0, overlaps(run, "--environments T")[1])
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    _, told = run("persons change-number --environments R")

    assert "R: pairs of periods that overlap at one employer: 1;" in told
    code, listed = overlaps(run)
    assert code == 0
    assert "0412345614" in listed
    assert "610000000192  2026-07-02  2026-07-31  610000000193  2026-07-03" in listed
    assert not any(number in listed for number in (BIS, NEW))


def test_a_look_at_overlapping_periods_is_on_record(directory, run: Run, monkeypatch):
    known = directory.find_or_create([BIS, NEW], at=NOW)
    employer = make_entity()
    for number, person in enumerate((known[BIS], known[NEW]), start=610000000192):
        a_period(number, person, employer.pk, date(2026, 7, number % 10))
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    run("persons change-number --environments R")
    with pytest.raises(SystemExit):
        run("persons overlaps")
    assert not ConsultationLog.objects.exists()
    overlaps(run)

    looks = ConsultationLog.objects.order_by("environment")
    told = looks.values_list("environment", "person_id", "question", "asker_kind", "reason")
    assert list(told) == [
        ("R", known[NEW], "SEARCH", "OPERATOR", "weekly"),
        ("T", None, "SEARCH", "OPERATOR", "weekly"),
    ]


@pytest.mark.parametrize(("blocked", "other"), [(BIS, NEW), (NEW, BIS)])
def test_an_operators_block_that_goes_over_is_told(directory, run: Run, monkeypatch, blocked: str, other: str):
    company, known = make_company(), directory.find_or_create([BIS, NEW], at=NOW)
    stopped, alike = company.user(known[blocked]), company.user(known[other])
    block_user(stopped.pk, by=Actor.operator(), at=NOW, sessions=company.sessions)
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    _, told = run("persons change-number --environments R")

    assert "R: of one number, blocked too: 1, since an operator blocked the other one" in told
    assert UserAccount.objects.get(pk=alike.pk).blocked_by == "OPERATOR"
    assert AuditEvent.objects.get(action="person:number-changed").detail["standings_blocked"] == 1


@pytest.mark.django_db(transaction=True)
def test_who_enters_somebody_and_a_change_of_his_number_never_wait_in_a_circle(directory, run: Run, monkeypatch):
    company, known = make_company(), directory.find_or_create([BIS, NEW], at=NOW)
    company.user(known[BIS])
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            lock_account(company.id)
            changing = threads.submit(change_elsewhere, run)
            assert wait_for(1)
            company.invite(known[NEW])
        code, told = changing.result(timeout=30)

    assert code == 0
    assert "held under both numbers" in told


@pytest.mark.django_db(transaction=True)
def test_a_file_that_enters_him_by_the_new_number_and_a_change_to_it_never_wait_in_a_circle(
    directory, run: Run, monkeypatch
):
    company, known = make_company(), directory.find_or_create([BIS], at=NOW)
    company.user(known[BIS])
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            entered = directory.find_or_create([NEW], at=NOW)
            changing = threads.submit(change_elsewhere, run)
            assert wait_for(1)
            lock_account(company.id)
            company.invite(entered[NEW])
        code, told = changing.result(timeout=30)

    assert code == 0
    assert "R: two persons became one" in told
    assert directory.find([BIS]) == {BIS: entered[NEW]}


def change_elsewhere(run: Run) -> tuple[int, str]:
    """Change the number in a thread, which has a connection of its own."""
    try:
        return run("persons change-number --environments R")
    finally:
        connection.close()


def overlaps(run: Run, options: str = "") -> tuple[int, str]:
    return run(f"persons overlaps {options}", "--reason", "weekly")


def test_both_numbers_of_what_was_declared_twice_are_told_and_on_record(directory, run: Run, monkeypatch):
    known = directory.find_or_create([BIS, NEW], at=NOW)
    employer = make_entity()
    for number, person in enumerate((known[BIS], known[NEW]), start=610000000192):
        a_period(number, person, employer.pk, date(2026, 7, 2))
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    _, told = run("persons change-number --environments R")

    assert "R: 610000000192 stays, 610000000193 is cancelled\n" in told
    detail = AuditEvent.objects.get(action="person:number-changed").detail
    assert (detail["doubled"], detail["differing"]) == (["610000000192/610000000193"], [])


def test_what_a_period_that_stays_took_over_is_told_and_on_record(directory, run: Run, monkeypatch):
    known = directory.find_or_create([BIS, NEW], at=NOW)
    employer = make_entity()
    for number, person in enumerate((known[BIS], known[NEW]), start=610000000192):
        a_period(number, person, employer.pk, date(2026, 7, 2))
    Period.objects.filter(pk=610000000193).update(state="BLOCKED", locked_by_dmfa=True, actual=30)
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    _, told = run("persons change-number --environments R")

    assert (
        "R: 610000000192 stays, 610000000193 is cancelled; the first takes over the block of an agent, "
        "the lock of the quarterly declaration, the amount really worked\n"
    ) in told
    assert AuditEvent.objects.get(action="person:number-changed").detail["taken_over"] == [
        "610000000192/610000000193 BLOCKED",
        "610000000192/610000000193 DMFA_LOCK",
        "610000000192/610000000193 ACTUAL_AMOUNT",
    ]


def test_what_differs_in_its_plan_stays_and_is_told(directory, run: Run, monkeypatch):
    known = directory.find_or_create([BIS, NEW], at=NOW)
    employer = make_entity()
    for number, person in enumerate((known[BIS], known[NEW]), start=610000000192):
        a_period(number, person, employer.pk, date(2026, 7, 2))
    Period.objects.filter(pk=610000000193).update(planned=50)
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    _, told = run("persons change-number --environments R")

    assert "R: 610000000192 and 610000000193 are the same but for what they plan; both stay" in told
    assert set(Period.objects.values_list("state", flat=True)) == {"ACTIVE"}
    assert AuditEvent.objects.get(action="person:number-changed").detail["differing"] == ["610000000192/610000000193"]


def a_period(number: int, person_id: int, employer_id: int, start: date) -> None:
    Period.objects.create(
        id=number,
        environment="R",
        person_id=person_id,
        employer_id=employer_id,
        joint_commission="XXX",
        worker_type="OTH",
        starting_date=start,
        ending_date=date(2026, 7, 31),
        first_declared_at=NOW,
        last_changed_at=NOW,
    )


def test_the_login_of_the_old_number_signs_the_person_in_from_then_on(directory, run: Run, monkeypatch):
    known = directory.find_or_create([BIS, NEW], at=NOW)
    login = Login.objects.create(person_id=known[BIS], created_at=NOW)
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    assert run("persons change-number --environments R")[0] == 0

    login.refresh_from_db()
    assert login.person_id == known[NEW]


def test_a_new_number_of_a_known_person_is_added(directory, run: Run, monkeypatch):
    directory.find_or_create([BIS], at=NOW)
    say(monkeypatch, f"{BIS} {NEW}")
    code, told = run("persons change-number --environments R")

    assert (code, told) == (0, "R: both numbers find the same person\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{BIS} {NEW}", "Neither number is known"),
        (BIS, "does not hold two different"),
        (f"{BIS} {BIS}", "does not hold two different"),
        (f"{BIS} 85011512300", "does not hold two different"),
        (f"{BIS} {NEW} {NEW}", "does not hold two different"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_a_reason(directory, run: Run, monkeypatch, text: str, reason: str):
    say(monkeypatch, text)
    code, told = run("persons change-number")

    assert code == 1
    assert reason in told


def test_numbers_are_not_taken_from_the_command_line():
    with pytest.raises(SystemExit):
        main(["persons", "change-number", BIS, NEW])


@pytest.mark.parametrize("known", [(BIS,), (NEW,), (BIS, NEW)])
def test_check_ins_of_who_got_another_number_are_validated_anew(directory, run: Run, monkeypatch, known):
    directory.find_or_create(known, at=NOW)
    say(monkeypatch, f"{BIS}\n{NEW}\n")
    run("persons change-number --environments R")
    assert [one.person_id for one in RevalidationRequest.objects.all()] == [directory.find([NEW])[NEW]]
