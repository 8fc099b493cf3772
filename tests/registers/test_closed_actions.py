"""What this register does not file yet is refused, and nothing of it is lost in between."""

from datetime import date

import pytest

from domain.student_declarations import DailyRegistration, DimonaAction, DimonaOut, DimonaUpdate, JudgedForm
from registers.student_days.filing import _not_open
from tests.registers.conftest import HEADER, OWN, Filer, an_action

DAY = date(2026, 7, 20)
CLOSED = {
    "90373-450": an_action(worker_type="FLX"),
    "90017-151": an_action(insz=None),
    "90377-450": DimonaOut("610000004236", DAY, None, OWN),
    "90378-450": DimonaUpdate("610000004236", None, None, DAY, None, None, None, None, OWN),
    "90480-450": DailyRegistration("3", "610000004236", None, None, None, None, None),
}


@pytest.mark.parametrize(("code", "action"), CLOSED.items(), ids=CLOSED.keys())
def test_an_action_that_is_not_open_is_refused_with_its_code(code: str, action: DimonaAction):
    finding = _not_open(JudgedForm(1, HEADER, (), None, None, action, ()))
    assert finding is not None
    assert (finding.code, finding.is_blocking) == (code, True)


def test_a_neighbour_of_an_action_that_is_not_open_is_filed(filer: Filer):
    closed, filed = filer(an_action(worker_type="OTH", planned_hours=None, ending_date=None), an_action())
    assert [finding.code for finding in closed.findings] == ["90373-450"]
    assert filed.findings == ()


def test_a_start_of_a_student_is_open():
    assert _not_open(JudgedForm(1, HEADER, (), None, None, an_action(), ())) is None
