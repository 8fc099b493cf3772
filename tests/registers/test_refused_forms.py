"""What the register keeps of a refused form: its period and its employer, where its sender declares for that employer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from commands.bench.dimona.full_register import FilledSize, fill_register
from domain.access.qualities import Quality
from domain.findings import Finding, Severity
from domain.student_declarations import DimonaAction, EmployerId, JudgedForm
from registers.access.models import Entity
from registers.student_days.models import Declaration, Period
from tests.registers.access.test_employers import hold
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import (
    NOON,
    OTHER,
    OWN,
    STRANGER,
    Filer,
    a_cancellation,
    a_form,
    a_registration,
    an_action,
    an_end,
    an_update,
    codes,
    period_of,
)
from tests.registers.test_set_plans import rows_read_in_passing

UNKNOWN = "610000000192"
SAME = {"planned_hours": 100}
"""What was planned before: the update changes nothing."""


def a_blocked_form(action: DimonaAction) -> JudgedForm:
    """A form that the rules refuse before the register is asked."""
    return replace(a_form(action), findings=(Finding("00911-014", Severity.BLOCKING, "refused before"),))


def kept() -> list[tuple[str | None, str | None]]:
    """The period and the employer of each refused form, in their order."""
    rows = Declaration.objects.filter(accepted=False).order_by("pk").values_list("period_id", "employer_id")
    names = dict(Entity.objects.values_list("pk", "nsso_number"))
    return [(None if period is None else f"{period:012d}", names.get(employer)) for period, employer in rows]


@pytest.fixture
def theirs(filer: Filer) -> str:
    """The number of a period of an employer for whom the sender does not declare."""
    (made,) = Filer(filer.keys, company="0123456749")(an_action(employer=STRANGER))
    return period_of(made)


def test_a_refused_update_keeps_the_period_that_it_names_and_its_employer(filer: Filer):
    (made,) = filer(an_action())
    (refused,) = filer(an_update(period_of(made), **SAME))

    assert (codes(refused), kept()) == (["90378-444"], [(period_of(made), OWN.nsso)])


def test_a_refused_start_keeps_its_employer(filer: Filer):
    filer(an_action(employer=OTHER), an_action(employer=OTHER))

    assert kept() == [(None, OTHER.nsso)]


def test_a_form_for_an_employer_of_others_keeps_neither(filer: Filer, theirs: str):
    filer(an_action(employer=STRANGER), an_end(theirs, employer=STRANGER), an_end(theirs), a_cancellation(UNKNOWN))

    assert kept() == [(None, None)] * 4


def test_a_form_for_an_employer_of_others_keeps_the_own_period_that_it_names(filer: Filer):
    (made,) = filer(an_action())
    filer(an_end(period_of(made), employer=STRANGER))

    assert kept() == [(period_of(made), OWN.nsso)]


def test_a_refused_daily_registration_keeps_the_period_that_it_names(filer: Filer):
    (made,) = filer(an_action())
    after = date(2026, 8, 5)
    (refused,) = filer(a_registration(period_id=period_of(made), starting_date=after, ending_date=after))

    assert codes(refused) == ["90480-260"]
    assert kept() == [(period_of(made), OWN.nsso)]


def test_an_accepted_form_keeps_no_employer_beside_its_period(filer: Filer):
    filer(an_action())

    assert Declaration.objects.get(accepted=True).employer_id is None


def in_a_set(filer: Filer, *forms: JudgedForm) -> None:
    BatchFiler(filer.keys)(forms)


def one_by_one(filer: Filer, *forms: JudgedForm) -> None:
    for form in forms:
        filer.file_form(form)


@pytest.mark.parametrize("filing", [in_a_set, one_by_one], ids=["in a set", "one by one"])
@pytest.mark.parametrize(
    ("employer", "told"),
    [
        (None, OWN.nsso),
        (OTHER, OTHER.nsso),
        (STRANGER, OWN.nsso),
        (EmployerId(nsso="x|y"), OWN.nsso),
        (EmployerId(), OWN.nsso),
    ],
)
def test_a_form_refused_before_keeps_the_period_too(filer: Filer, filing, employer: EmployerId | None, told: str):
    (made,) = filer(an_action())
    filing(filer, a_blocked_form(an_end(period_of(made), employer=employer)))

    assert kept() == [(period_of(made), told)]


@pytest.mark.parametrize("filing", [in_a_set, one_by_one], ids=["in a set", "one by one"])
def test_a_form_refused_for_a_number_that_cannot_be_is_of_no_employer_whom_another_number_names(filer: Filer, filing):
    authority = Entity.objects.get(environment="R", nsso_number=OTHER.nsso)
    hold(authority, Quality.LOCAL_AUTHORITY)
    sound = EmployerId(nsso=OTHER.nsso, company=authority.company_number)
    filing(filer, *(a_blocked_form(an_action(employer=one)) for one in (sound, replace(sound, nsso="12"))))

    assert kept() == [(None, OTHER.nsso), (None, None)]


@pytest.mark.parametrize("filing", [in_a_set, one_by_one], ids=["in a set", "one by one"])
def test_a_form_refused_before_keeps_no_period_of_others_nor_one_that_cannot_be(filer: Filer, filing, theirs: str):
    filing(filer, *(a_blocked_form(an_end(number)) for number in (theirs, UNKNOWN, "12", "")))

    assert kept() == [(None, None)] * 4


def test_periods_of_forms_refused_before_are_found_by_their_number(filer: Filer):
    fill_register(FilledSize(accounts=4_000, periods=8_000), year=NOON.year, at=NOON)
    named: Sequence[int] = [number for (number,) in Period.objects.order_by("pk").values_list("pk")[:60]]
    before = rows_read_in_passing()
    in_a_set(filer, *(a_blocked_form(a_cancellation(f"{number:012d}")) for number in named))

    assert len(kept()) == 60
    assert rows_read_in_passing() == before
