"""An agent fixes or stops a period, and gives it back."""

from datetime import date

import pytest

from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.models import AuditEvent
from registers.student_days.models import Period, PeriodState, PeriodVersion, QuotaAccount
from registers.student_days.official_states import give_back, set_official_state
from tests.registers.conftest import NOON, Filer, a_cancellation, an_action, an_end, an_update, codes, period_of

LOCKED, BLOCKED = PeriodState.LOCKED, PeriodState.BLOCKED
BY = {"environment": Environment.PRODUCTION, "actor": "ann", "reason": "inspection 12", "at": NOON}
TOUCHING = {
    "update": lambda number: an_update(number, planned_hours=50),
    "end": lambda number: an_end(number, ending_date=date(2026, 7, 5)),
    "cancellation": a_cancellation,
}


@pytest.mark.parametrize(("state", "code"), [(LOCKED, "00913-362"), (BLOCKED, "00913-357")])
@pytest.mark.parametrize("touch", TOUCHING.values(), ids=TOUCHING)
def test_its_employer_touches_it_no_more(filer: Filer, state: PeriodState, code: str, touch):
    (result,) = filer(an_action())
    set_official_state(int(period_of(result)), state, **BY)

    (refused,) = filer(touch(period_of(result)))
    assert codes(refused) == [code]


@pytest.mark.parametrize("state", [LOCKED, BLOCKED])
def test_its_employer_changes_it_again_once_it_was_given_back(filer: Filer, state: PeriodState):
    (result,) = filer(an_action())
    set_official_state(int(period_of(result)), state, **BY)
    assert give_back(int(period_of(result)), state, **BY) == PeriodState.ACTIVE

    (changed,) = filer(an_update(period_of(result), planned_hours=50))
    assert codes(changed) == []


def test_what_was_ended_is_ended_when_it_is_given_back(filer: Filer):
    (result,) = filer(an_action(worker_type="OTH", planned_hours=None, ending_date=None))
    filer(an_end(period_of(result)))
    set_official_state(int(period_of(result)), BLOCKED, **BY)

    assert give_back(int(period_of(result)), BLOCKED, **BY) == PeriodState.CLOSED


def test_it_counts_as_before(filer: Filer):
    (result,) = filer(an_action(planned_hours=100))
    set_official_state(int(period_of(result)), LOCKED, **BY)

    assert QuotaAccount.objects.get().granted == 100
    assert list(
        PeriodVersion.objects.order_by("number").values_list("number", "reason", "state", "granted", "change")
    ) == [
        (1, "GRANTED", "ACTIVE", 100, 100),
        (2, "OFFICIAL", "LOCKED", 100, 0),
    ]


def test_who_did_it_and_why_is_on_record(filer: Filer):
    (result,) = filer(an_action())
    set_official_state(int(period_of(result)), LOCKED, **BY)

    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.action, event.actor) == ("period:official-state", "ann")
    assert event.detail == {
        "period": period_of(result),
        "before": "ACTIVE",
        "after": "LOCKED",
        "reason": "inspection 12",
    }


def test_a_period_is_in_one_of_both_states_at_a_time(filer: Filer):
    (result,) = filer(an_action())
    set_official_state(int(period_of(result)), LOCKED, **BY)

    with pytest.raises(ConfigurationRefusedError, match="is LOCKED already"):
        set_official_state(int(period_of(result)), BLOCKED, **BY)
    with pytest.raises(ConfigurationRefusedError, match="is LOCKED, not BLOCKED"):
        give_back(int(period_of(result)), BLOCKED, **BY)
    assert Period.objects.get().state == LOCKED


def test_what_nobody_fixed_is_not_given_back(filer: Filer):
    (result,) = filer(an_action())

    with pytest.raises(ConfigurationRefusedError, match="is ACTIVE, not LOCKED"):
        give_back(int(period_of(result)), LOCKED, **BY)


@pytest.mark.parametrize(
    ("cancelled", "environment"),
    [(True, Environment.PRODUCTION), (False, Environment.TEST)],
    ids=["cancelled", "of the test"],
)
def test_what_does_not_live_there_is_not_fixed(filer: Filer, cancelled: bool, environment: Environment):
    (result,) = filer(an_action())
    if cancelled:
        filer(a_cancellation(period_of(result)))

    with pytest.raises(ConfigurationRefusedError, match="No living period"):
        set_official_state(int(period_of(result)), LOCKED, **{**BY, "environment": environment})
