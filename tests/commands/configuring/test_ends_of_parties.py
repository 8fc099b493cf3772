"""`guichet work-places end-party` names who works on with nobody but the declarant above."""

import pytest

from tests.commands.configuring.hand_ins import Run

pytestmark = pytest.mark.django_db

PLACE = "work-places add 1Y1003TESTB7Z --sector CLEANING --name Offices --declarant 0877665502 --from 2026-01-01"


def test_whoever_is_left_with_nobody_above_is_named(run: Run):
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z"
    run(f"{add} 0400767772 --from 2026-01-01 --environments R")
    for company, until in (("PL5260250274", ""), ("0448181966", "--until 2026-06-30")):
        under = f"--role SUBCONTRACTOR --under 0400767772 --from 2026-01-01 {until} --environments R"
        assert run(f"{add} {company} {under}")[0] == 0
    end = "work-places end-party 1Y1003TESTB7Z 0400767772 --until 2026-06-30 --environments R"
    assert run(end)[1].splitlines() == [
        "0400767772 is a party of 1Y1003TESTB7Z until 2026-06-30 in R",
        (
            "R: from 2026-07-01 on nobody but who declared the works stands above PL5260250274; "
            "enter them under who goes on with the works"
        ),
    ]


def test_nobody_is_left_by_who_goes_on_in_another_role(run: Run):
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z"
    for role in ("CONTRACTOR", "SUBCONTRACTOR --under 0877665502"):
        run(f"{add} 0400767772 --role {role} --from 2026-01-01 --environments R")
    run(f"{add} 0448181966 --role SUBCONTRACTOR --under 0400767772 --from 2026-01-01 --environments R")
    end = "work-places end-party 1Y1003TESTB7Z 0400767772 --role CONTRACTOR --until 2026-06-30 --environments R"
    assert "stands above" not in run(end)[1]


def test_nobody_is_left_who_has_another_company_above(run: Run):
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z"
    for contractor in ("0400767772", "PL5260250274"):
        run(f"{add} {contractor} --from 2026-01-01 --environments R")
        run(f"{add} 0448181966 --role SUBCONTRACTOR --under {contractor} --from 2026-01-01 --environments R")
    end = "work-places end-party 1Y1003TESTB7Z {} --until 2026-06-30 --environments R"
    assert "stands above" not in run(end.format("0400767772"))[1]
    assert (
        "from 2026-07-01 on nobody but who declared the works stands above 0448181966;"
        in run(end.format("PL5260250274"))[1]
    )


@pytest.mark.parametrize(("begins", "is_told"), [("2026-07-01", False), ("2026-07-20", True)])
def test_whoever_is_left_for_some_weeks_is_named(run: Run, begins: str, is_told: bool):
    """The company goes on in another role from the day after, or only later: until then nobody stands above."""
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z"
    run(f"{add} 0400767772 --from 2026-01-01 --environments R")
    run(f"{add} 0448181966 --role SUBCONTRACTOR --under 0400767772 --from 2026-01-01 --environments R")
    run(f"{add} 0400767772 --role SUBCONTRACTOR --under 0877665502 --from {begins} --environments R")
    end = "work-places end-party 1Y1003TESTB7Z 0400767772 --role CONTRACTOR --until 2026-06-30 --environments R"
    assert ("from 2026-07-01 on nobody but who declared the works stands above 0448181966;" in run(end)[1]) is is_told


def test_whoever_is_left_weeks_later_is_named_with_the_day_from_which_that_is_so(run: Run):
    """It goes on in another role for some weeks; one works for it then already, and one begins later still."""
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z"
    run(f"{add} 0400767772 --from 2026-01-01 --environments R")
    other = "--role SUBCONTRACTOR --under 0877665502 --from 2026-01-01 --until 2026-07-19 --environments R"
    run(f"{add} 0400767772 {other}")
    under = "--role SUBCONTRACTOR --under 0400767772"
    for company, first in (("0448181966", "2026-01-01"), ("PL5260250274", "2026-08-03")):
        assert run(f"{add} {company} {under} --from {first} --environments R")[0] == 0
    end = "work-places end-party 1Y1003TESTB7Z 0400767772 --role CONTRACTOR --until 2026-06-30 --environments R"
    assert [line.partition(";")[0] for line in run(end)[1].splitlines()[1:]] == [
        "R: from 2026-07-20 on nobody but who declared the works stands above 0448181966",
        "R: from 2026-08-03 on nobody but who declared the works stands above PL5260250274",
    ]
