"""Whom the numbers of an employer name."""

import pytest

from domain.access.qualities import Quality
from domain.environments import Environment
from domain.student_declarations import EmployerId
from registers.access.employers import find_employers
from registers.access.models import Entity, EntityQuality
from tests.counter_bench import NOON, make_entity

COMPANY, AUTHORITY = EmployerId(nsso="012345674"), EmployerId(company="0400767772")
BOTH = EmployerId(nsso="012345674", company="0400767772")


@pytest.fixture
def authority(db: None) -> Entity:
    make_entity()
    return make_entity(name="Province", company="0400767772", nsso="123456749")


def hold(entity: Entity, quality: Quality, **deviation: object) -> None:
    values = {"environment": entity.environment, "valid_from": NOON, "created_by": "test", "source": "OPERATOR"}
    EntityQuality.objects.create(entity=entity, quality=quality, **values | deviation)


def named_by(employer: EmployerId) -> int:
    named = find_employers({employer}, environment=Environment.PRODUCTION, covered=(), at=NOON)
    return named[employer].entity_id


def test_the_registration_number_prevails(authority: Entity):
    hold(authority, Quality.EMPLOYER)

    assert named_by(BOTH) == named_by(COMPANY) != authority.pk


def test_the_company_number_of_a_province_or_local_authority_prevails(authority: Entity):
    hold(authority, Quality.LOCAL_AUTHORITY)

    assert named_by(BOTH) == named_by(AUTHORITY) == authority.pk


def test_who_is_no_local_authority_any_more_is_a_company_like_others(authority: Entity):
    hold(authority, Quality.LOCAL_AUTHORITY, valid_until=NOON)

    assert named_by(BOTH) == named_by(COMPANY)


def test_who_is_not_active_is_named_all_the_same(authority: Entity):
    Entity.objects.filter(pk=authority.pk).update(state="SUSPENDED", state_since=NOON)

    named = find_employers({COMPANY, AUTHORITY}, environment=Environment.PRODUCTION, covered=(), at=NOON)
    assert (named[COMPANY].is_active, named[AUTHORITY].is_active) == (True, False)
