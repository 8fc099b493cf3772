"""The table of presence, cell by cell: each kind of worker with each zone there and left out."""

import pytest

from tests.validators.payloads import a_form, an_in, codes_of, dimona_schema
from tests.validators.rule_forms import CARDS, HOURS, STATUTES, a_denomination, a_workplace, days, user_name
from validators.dimona.presence import PRESENCE, Presence, Zone, presence_of
from validators.dimona.statements import DAILY, IN, OUT, UPDATE
from validators.structures import Element, form_of

M, O, F, Y, C = Presence  # noqa: E741 - the letters of the table
ANY = dict(zip(Zone, (C, O, O, O, O, O, O, C, C, F, O), strict=True))
EXPECTED = dict.fromkeys(
    ("A17", "ALT", "BCW", "DWD", "FLX", "O17", "PMP", "RTA", "S17", "STG", "T17", "TEA", "TRI"), ANY
)
EXPECTED |= {
    "EXT": ANY | {Zone.ENDING_DATE: M, Zone.INSS: M},
    "IVT": ANY | {Zone.ENDING_DATE: M},
    "OTH": ANY | {Zone.HOURS: F},
    "STU": ANY
    | {Zone.ENDING_DATE: M, Zone.STARTING_HOUR: F, Zone.ENDING_HOUR: F, Zone.HOURS: Y, Zone.DAYS: Y, Zone.PLACE: O},
}
CELLS = [(worker_type, zone) for worker_type in PRESENCE for zone in Zone]
DAY = "2021-07-01"
USER = f"<UsingEmployer>{user_name()}</UsingEmployer>"
THERE: dict[Zone, dict[str, str]] = {
    Zone.ENDING_DATE: {"end": f"<EndingDate>{DAY}</EndingDate>"},
    Zone.STARTING_HOUR: {"start_hour": "<StartingHour>0800</StartingHour>"},
    Zone.ENDING_HOUR: {"end_hour": "<EndingHour>1600</EndingHour>"},
    Zone.HOURS: {"planned": HOURS},
    Zone.DAYS: {"planned": days(1)},
    Zone.INSS: {"person": "<NaturalPerson><INSS>05071400153</INSS></NaturalPerson>"},
    Zone.SUB_ENTITY: {"sub_entity": "<SubEntityNbr>7</SubEntityNbr>"},
    Zone.USER: {"user": USER},
    Zone.CARDS: {"rest": CARDS},
    Zone.PLACE: {"rest": a_workplace(a_denomination())},
    Zone.STATUTES: {"rest": STATUTES},
}
LEFT_OUT = {Zone.INSS: {"person": "<NaturalPerson/>"}}
FORBIDDEN = {
    Zone.STARTING_HOUR: "00777-005",
    Zone.ENDING_HOUR: "00778-005",
    Zone.HOURS: "01135-005",
    Zone.DAYS: "01017-005",
    Zone.USER: "00153-005",
    Zone.PLACE: "00776-005",
}
ABSENT = {
    Zone.ENDING_DATE: "00911-001",
    Zone.HOURS: "01135-001",
    Zone.INSS: "00024-001",
    Zone.USER: "90107-351",
    Zone.CARDS: "90375-001",
}


def an_ordinary(worker_type: str, **deviation: str) -> str:
    """Return an IN of one day in 2021, when every kind of worker existed, with no zone that it need not have."""
    standard = {
        "start": f"<StartingDate>{DAY}</StartingDate>",
        "planned": HOURS if worker_type == "STU" else "",
        **THERE[Zone.ENDING_DATE],
    }
    return a_form(an_in(worker_type=worker_type, **{**standard, **deviation}))


def child(declared: Element, name: str) -> Element:
    assert declared.block is not None
    return next(element for slot in declared.block.slots for element in slot.elements if element.name == name)


def test_the_table_is_the_expected_one() -> None:
    assert {worker_type: dict(cells) for worker_type, cells in PRESENCE.items()} == EXPECTED


def test_every_kind_of_worker_of_the_schema_has_a_row() -> None:
    declared = child(child(child(form_of(dimona_schema().definition), IN), "DimonaFeatures"), "WorkerType")
    assert declared.value is not None
    assert set(PRESENCE) == declared.value.domain


def test_an_in_without_kind_of_worker_may_have_anything() -> None:
    assert {presence_of(None, zone) for zone in Zone} == {Presence.OPTIONAL}


@pytest.mark.parametrize(("worker_type", "zone"), CELLS)
def test_a_zone_that_is_there_is_told_where_it_is_forbidden(worker_type: str, zone: Zone) -> None:
    told = codes_of(an_ordinary(worker_type, **THERE[zone]))
    if PRESENCE[worker_type][zone] is Presence.FORBIDDEN or (worker_type, zone) == ("STU", Zone.DAYS):
        assert FORBIDDEN[zone] in told
    elif zone is Zone.USER:
        assert told == ["00153-005"]
    else:
        assert told == []


@pytest.mark.parametrize(("worker_type", "zone"), CELLS)
def test_a_zone_that_is_left_out_is_told_where_it_is_mandatory(worker_type: str, zone: Zone) -> None:
    deviation = LEFT_OUT.get(zone) or {next(iter(THERE[zone])): ""}
    told = codes_of(an_ordinary(worker_type, **deviation))
    if PRESENCE[worker_type][zone] is Presence.MANDATORY or (worker_type, zone) == ("STU", Zone.HOURS):
        assert ABSENT[zone] in told
    elif zone is Zone.INSS:
        assert told == ["90017-363"]
    elif (worker_type, zone) == ("STU", Zone.DAYS):
        assert told == ["01135-001"]
    else:
        assert told == []


@pytest.mark.parametrize("worker_type", PRESENCE)
def test_temporary_work_has_a_user_and_an_end_whatever_the_kind_of_worker(worker_type: str) -> None:
    assert codes_of(an_ordinary(worker_type, commission="322", user=USER)) == []
    assert codes_of(an_ordinary(worker_type, commission="322")) == ["90107-351"]
    assert codes_of(an_ordinary(worker_type, commission="322", user=USER, end="")) == ["00911-001"]


@pytest.mark.parametrize("worker_type", PRESENCE)
def test_construction_has_cards_whatever_the_kind_of_worker(worker_type: str) -> None:
    assert codes_of(an_ordinary(worker_type, commission="124", rest=CARDS)) == []
    assert codes_of(an_ordinary(worker_type, commission="124")) == ["90375-001"]


@pytest.mark.parametrize("commission", ["140", "144", "145", "149", "302", "320", "XXX"])
@pytest.mark.parametrize("worker_type", PRESENCE)
def test_no_other_joint_commission_asks_for_anything(worker_type: str, commission: str) -> None:
    assert codes_of(an_ordinary(worker_type, commission=commission)) == []


@pytest.mark.parametrize(
    ("action", "mandatory", "optional"),
    [
        (OUT, {"DimonaPeriodId", "EndingDate"}, {"INSS", "EmployerId"}),
        (
            UPDATE,
            {"DimonaPeriodId"},
            {
                *("StartingDate", "StartingHour", "EndingDate", "EndingHour", "INSS", "EmployerId"),
                *("PlannedHoursNbr", "PlannedDaysNbr"),
            },
        ),
        ("DimonaCancel", {"DimonaPeriodId"}, {"INSS", "EmployerId"}),
        (
            DAILY,
            {"AttestationStatus"},
            {
                *("DailyRegistrationId", "DimonaPeriodId", "StartingDate", "StartingHour", "EndingDate", "EndingHour"),
            },
        ),
    ],
)
def test_the_structure_decides_what_the_other_actions_have(
    action: str, mandatory: set[str], optional: set[str]
) -> None:
    block = child(form_of(dimona_schema().definition), action).block
    assert block is not None
    slots = [({element.name for element in slot.elements}, slot.minimum) for slot in block.slots]
    assert {name for names, least in slots if least for name in names} == mandatory
    assert {name for names, least in slots if not least for name in names} == optional
