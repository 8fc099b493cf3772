"""By whom something was stopped, who is stronger, and who lets it go on."""

import pytest

from domain.access.actors import Actor
from domain.stops import UNUSED, StoppedBy, may_block_anew, power_of

COMPANY, PLATFORM, OPERATOR = StoppedBy


@pytest.mark.parametrize(
    ("actor", "power"),
    [
        (Actor.person(7, level=400).name, COMPANY),
        (Actor.sender("123456", entity_id=1, file="FI", form="1").name, COMPANY),
        (Actor.platform().name, PLATFORM),
        ("notices", PLATFORM),
        ("operators", PLATFORM),
        (Actor.operator().name, OPERATOR),
        (Actor.legal_representative().name, OPERATOR),
    ],
)
def test_the_name_of_an_actor_tells_in_whose_power_he_acts(actor: str, power: StoppedBy):
    assert power_of(actor) is power


def test_an_operator_is_stronger_than_the_counter_and_the_counter_than_a_company():
    stronger = [(one, other) for one in StoppedBy for other in StoppedBy if one.is_stronger_than(other)]

    assert stronger == [(PLATFORM, COMPANY), (OPERATOR, COMPANY), (OPERATOR, PLATFORM)]


@pytest.mark.parametrize("who", StoppedBy)
def test_an_operator_alone_lets_go_on_what_an_operator_stopped(who: StoppedBy):
    assert [stop for stop in StoppedBy if stop.may_be_taken_back_by(who)] == [
        COMPANY,
        PLATFORM,
        *([OPERATOR] if who is OPERATOR else []),
    ]


def test_a_company_makes_a_block_for_want_of_use_its_own_and_no_other_of_the_counter():
    assert may_block_anew(COMPANY, blocked_by=PLATFORM, reason=UNUSED)
    assert not may_block_anew(COMPANY, blocked_by=PLATFORM, reason="")


@pytest.mark.parametrize("power", StoppedBy)
def test_nobody_blocks_anew_what_is_blocked_in_his_own_power(power: StoppedBy):
    assert not may_block_anew(power, blocked_by=power, reason=UNUSED)
