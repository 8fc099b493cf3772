"""`guichet contingent` as an operator types it."""

import pytest

from registers.student_days.models import Neutralisation, QuotaLimit
from tests.commands.configuring.hand_ins import Run
from tests.counter_bench import make_entity

pytestmark = pytest.mark.django_db


def test_limits_and_neutralised_days_are_shown(run: Run):
    code, told = run("contingent limits")

    assert code == 0
    assert "2025       650    HOURS" in told
    assert "R            2022-01-01        2022-03-31  45     everyone" in told
    assert "all    318, of which employers are entered one by one\n" in told
    assert " S " not in told


def test_a_limit_is_set_in_every_register(run: Run):
    code, told = run("contingent set-limit 2026 700 hours")

    assert code == 0
    assert "the limit from 2026 on is 700 HOURS" in told
    assert QuotaLimit.objects.filter(first_year=2026, amount=700).count() == 2


def test_a_limit_and_neutralised_days_are_taken_back(run: Run):
    run("contingent set-limit 2026 700 HOURS")
    run("contingent neutralise --from 2026-01-01 --until 2026-12-31 --environments R")
    number = Neutralisation.objects.get(first_day="2026-01-01").pk

    _, removed = run("contingent remove-limit 2026")
    _, ended = run(f"contingent end-neutralisation {number}")

    assert removed == "no limit begins in 2026 any more; accounts that follow the one before: 0 in R, 0 in T\n"
    assert f"days with the number {number} count again" in ended
    assert not QuotaLimit.objects.filter(first_year=2026).exists()
    assert not Neutralisation.objects.filter(pk=number).exists()


@pytest.mark.parametrize(
    "words", ["contingent set-limit 2026 700 HOURS", "contingent neutralise --from 2022-01-01 --until 2022-02-01"]
)
def test_a_simulation_has_no_contingent_of_its_own(run: Run, capsys: pytest.CaptureFixture[str], words: str):
    with pytest.raises(SystemExit):
        run(f"{words} --environments RS")

    assert "judged against those of T" in capsys.readouterr().err


def test_days_of_an_employer_are_neutralised(run: Run):
    make_entity()
    code, told = run(
        "contingent neutralise --from 2022-01-01 --until 2022-06-30 --employer 0412345614 --environments R"
    )

    assert code == 0
    assert "all hours count nowhere in R" in told
    assert Neutralisation.objects.filter(employer__company_number="0412345614").count() == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("--from 2022-06-30 --until 2022-01-01", "comes before"),
        ("--from 2022-01-01 --until 2022-06-30 --employer 0400767772", "No employer"),
    ],
)
def test_days_that_cannot_be_neutralised_are_refused_with_a_reason(run: Run, words: str, reason: str):
    code, told = run(f"contingent neutralise {words}")

    assert code == 1
    assert reason in told


@pytest.mark.parametrize("words", ["set-limit MMXXVI 1 HOURS", "set-limit 2026 9000 HOURS", "set-limit 2026 1 WEEKS"])
def test_what_is_no_limit_is_not_understood(run: Run, words: str):
    with pytest.raises(SystemExit):
        run(f"contingent {words}")


def test_a_day_that_is_none_is_not_understood(run: Run):
    with pytest.raises(SystemExit):
        run("contingent neutralise --from 2022-02-30 --until 2022-03-01")
