"""Who sees what of check-ins, cell by cell (check-in declarations §3)."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access.standings import AccountStanding, HeldRight, Standing
from domain.access.states import AccountState, EntityAccountState
from domain.checkins.seeing import Sight, SubcontractorsStaff, Viewer, sights_of, viewers_in_company

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
COLUMNS = tuple(Sight)
TABLE = """
                OWN STAFF SUBS ERRORS LIVE NUMBERS PARTIES MEANS CORRECTIONS EVERYBODY
WORKER           x   -     -    -      -    -       -       -     -           -
EMPLOYER         -   x     -    x      -    -       -       x     -           -
RESPONSIBLE      -   -     -    -      x    x       x       -     -           -
CONTRACTOR       -   -     -    -      -    x       x       -     -           -
CLIENT           -   -     -    -      -    x       x       -     -           -
ACCESS_MANAGER   -   -     -    -      -    -       x       x     -           -
OPERATOR         -   -     -    -      -    -       -       -     x           -
INSPECTOR        -   -     -    -      x    x       x       -     -           x
"""
CELLS = [
    (Viewer(viewer), sight, mark == "x")
    for viewer, *marks in (line.split() for line in TABLE.strip().splitlines()[1:])
    for sight, mark in zip(COLUMNS, marks, strict=True)
]


@pytest.mark.parametrize(("viewer", "sight", "is_seen"), CELLS, ids=[f"{who}-{what}" for who, what, _ in CELLS])
def test_a_viewer_sees_what_the_table_says(viewer: Viewer, sight: Sight, is_seen: bool):
    assert (sight in sights_of({viewer})) is is_seen


def test_the_table_has_every_viewer_and_every_sight():
    assert {(viewer, sight) for viewer, sight, _ in CELLS} == {(viewer, sight) for viewer in Viewer for sight in Sight}


def test_nobody_in_particular_sees_nothing():
    assert sights_of(()) == frozenset()


@pytest.mark.parametrize(
    ("viewers", "policy", "is_seen"),
    [
        ({Viewer.EMPLOYER, Viewer.RESPONSIBLE}, SubcontractorsStaff.HIDDEN, False),
        ({Viewer.EMPLOYER, Viewer.RESPONSIBLE}, SubcontractorsStaff.VISIBLE, True),
        ({Viewer.EMPLOYER, Viewer.CONTRACTOR}, SubcontractorsStaff.VISIBLE, True),
        ({Viewer.CONTRACTOR}, SubcontractorsStaff.VISIBLE, False),
        ({Viewer.EMPLOYER, Viewer.CLIENT}, SubcontractorsStaff.VISIBLE, False),
    ],
)
def test_subcontractors_staff_is_seen_where_the_switch_says_so_by_who_may_see_staff(viewers, policy, is_seen):
    assert (Sight.SUBCONTRACTORS_STAFF in sights_of(viewers, subcontractors=policy)) is is_seen


def a_standing(**deviation: object) -> Standing:
    """A user to whom check-ins were granted an hour ago."""
    held = HeldRight(ServiceCode.CHECK_INS, Right.CONSULT, NOON - timedelta(hours=1))
    facts: dict[str, object] = {
        "person_id": 1,
        "entity_id": 2,
        "quality": "EMPLOYER",
        "entity_state": EntityAccountState.ACTIVE,
        "account": AccountStanding(AccountState.ACTIVE),
        "rights": (held,),
    }
    return Standing(**{**facts, **deviation})  # type: ignore[arg-type]


COMPANY = {
    "a user with the right": ({}, {Viewer.EMPLOYER}),
    "a user without the right": ({"rights": ()}, set()),
    "a user whose right begins later": (
        {"rights": (HeldRight(ServiceCode.CHECK_INS, Right.CONSULT, NOON + timedelta(minutes=1)),)},
        set(),
    ),
    "a user with another right": ({"rights": (HeldRight(ServiceCode.DIMONA, Right.DECLARE, NOON),)}, set()),
    "a user who declares": ({"rights": (HeldRight(ServiceCode.CHECK_INS, Right.DECLARE, NOON),)}, {Viewer.EMPLOYER}),
    "a blocked user": ({"account": AccountStanding(AccountState.BLOCKED)}, set()),
    "an access manager without the right": (
        {"account": None, "rights": (), "roles": frozenset({Role.MANAGER})},
        {Viewer.ACCESS_MANAGER},
    ),
    "a chief with the right by name": (
        {"roles": frozenset({Role.CHIEF})},
        {Viewer.ACCESS_MANAGER, Viewer.EMPLOYER},
    ),
}


@pytest.mark.parametrize(("deviation", "viewers"), COMPANY.values(), ids=COMPANY)
def test_presences_are_for_whom_the_right_was_given_by_name(deviation, viewers):
    assert viewers_in_company(a_standing(**deviation), at=NOON) == viewers
