"""What is told of a request that does not hold one whole set."""

from datetime import date

import pytest

from channels.deliveries import SignatureFiles
from channels.web.problems import Problem
from channels.web.set_plans import judge_name, plan_set

KEY = "DIMN.123456.20260415.00001.R"


def refused(*names: str) -> Problem:
    files = [judge_name(name, today=date(2026, 4, 15), max_parts=9) for name in names]
    with pytest.raises(Problem) as refusal:
        plan_set(files, signatures=SignatureFiles.REQUIRED)
    return refusal.value


@pytest.mark.parametrize(
    ("names", "code", "told"),
    [
        ([f"FI.{KEY}.1.1"], "ACRF-122", f"the set lacks FS.{KEY}.1.1"),
        ([f"FI.{KEY}"], "ACRF-122", f"the set lacks FS.{KEY}"),
        ([f"FI.{KEY}.2.1", f"FI.{KEY}.2.2", f"FS.{KEY}.2.2"], "ACRF-122", f"the set lacks FS.{KEY}.2.1"),
        ([f"GO.{KEY}.2"], "ACRF-120", f"the set lacks FI.{KEY}.2.1 and FI.{KEY}.2.2"),
        ([f"FI.{KEY}.2.1", f"FS.{KEY}.2.1"], "ACRF-120", f"the set lacks FI.{KEY}.2.2"),
    ],
)
def test_what_a_set_lacks_is_named(names: list[str], code: str, told: str):
    problem = refused(*names)

    assert (str(problem.code), problem.detail) == (code, told)
