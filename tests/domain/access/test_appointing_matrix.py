"""Who appoints whom, and who confirms what a file proposed: every pair of the table (access and login §2.1)."""

import itertools

import pytest

from domain.access.roles import Appointee, Appointer, Role, may_any_appoint, may_appoint, may_confirm

TABLE = {
    #                                  CHIEF CO_CHIEF MANAGER CO_MANAGER USER TECHNICAL_USER
    Appointer.LEGAL_REPRESENTATIVE: "  yes   -        -       -          -    -",
    Appointer.CHIEF: "                 -     yes      yes     yes        yes  yes",
    Appointer.CO_CHIEF: "              -     -        yes     yes        yes  yes",
    Appointer.MANAGER: "               -     -        -       yes        yes  yes",
    Appointer.CO_MANAGER: "            -     -        -       -          yes  yes",
    Appointer.CHANNEL_MANAGER: "       -     -        -       -          -    yes",
    Appointer.USER: "                  -     -        -       -          -    -",
    Appointer.OPERATOR: "              -     -        -       -          -    -",
}


@pytest.mark.parametrize(("appointer", "appointee"), list(itertools.product(Appointer, Appointee)))
def test_every_pair_is_as_the_table_says(appointer: Appointer, appointee: Appointee):
    said = TABLE[appointer].split()[list(Appointee).index(appointee)]
    assert may_appoint(appointer, appointee) is (said == "yes")


def test_table_has_every_pair():
    assert set(TABLE) == set(Appointer)
    assert {len(row.split()) for row in TABLE.values()} == {len(Appointee)}


@pytest.mark.parametrize("role", Role)
def test_nobody_in_the_company_makes_a_chief(role: Role):
    assert not may_any_appoint({role}, Appointee.CHIEF)


@pytest.mark.parametrize(
    ("proposed", "confirming"),
    [
        (Role.CHIEF, set()),
        (Role.CO_CHIEF, set()),
        (Role.MANAGER, {Role.CHIEF, Role.CO_CHIEF}),
        (Role.CO_MANAGER, {Role.CHIEF, Role.CO_CHIEF, Role.MANAGER}),
    ],
)
def test_what_a_file_proposed_is_confirmed_by(proposed: Role, confirming: set[Role]):
    assert {role for role in Role if may_confirm({role}, proposed)} == confirming
