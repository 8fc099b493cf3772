"""Whose it is to agree to a mandate: the whole company's, so the main managers', and the standard quality's."""

import pytest

from domain.access.mandates import groups_agreed_by
from domain.access.roles import Role
from domain.access.services import ServiceGroup

EVERY = frozenset(ServiceGroup)
BUT_ACCESS = EVERY - {ServiceGroup.ACCESS_MANAGEMENT}


@pytest.mark.parametrize("in_standard_quality", [True, False])
@pytest.mark.parametrize("role", [Role.CHIEF, Role.CO_CHIEF])
def test_main_managers_agree_to_every_mandate(role: Role, in_standard_quality: bool):
    said = {"manages_mandates": True, "in_standard_quality": in_standard_quality}
    assert groups_agreed_by({role}, **said) == EVERY


@pytest.mark.parametrize("roles", [{Role.MANAGER}, {Role.CO_MANAGER}, set()], ids=["manager", "co-manager", "user"])
@pytest.mark.parametrize(
    ("manages_mandates", "in_standard_quality", "groups"),
    [(True, True, BUT_ACCESS), (True, False, frozenset()), (False, True, frozenset())],
)
def test_who_manages_mandates_agrees_in_the_standard_quality_to_all_but_the_one_for_access(
    roles: set[Role], manages_mandates: bool, in_standard_quality: bool, groups: frozenset[ServiceGroup]
):
    said = {"manages_mandates": manages_mandates, "in_standard_quality": in_standard_quality}
    assert groups_agreed_by(roles, **said) == groups
