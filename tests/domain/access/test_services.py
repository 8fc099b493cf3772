"""The catalogue of services is complete and means one thing."""

import pytest

from domain.access.services import SERVICES, Right, ServiceCode, find_service
from domain.access.user_names import ALPHABET, new_user_name


def test_every_service_is_in_the_catalogue_once():
    assert set(SERVICES) == set(ServiceCode)
    purposes = [service.purpose for service in SERVICES.values() if service.purpose]
    assert len(purposes) == len(set(purposes))


@pytest.mark.parametrize("service", list(SERVICES.values()), ids=lambda service: service.code)
def test_every_service_says_what_it_asks(service):
    assert service.rights
    assert service.qualities
    assert service.level in {200, 300, 350, 400, 450, 500}


def test_what_is_not_in_the_catalogue_is_no_service():
    assert find_service("EVERYTHING") is None
    assert find_service("DIMONA") is SERVICES[ServiceCode.DIMONA]


@pytest.mark.parametrize(
    ("held", "covered"),
    [(Right.CONSULT, {"CONSULT"}), (Right.DECLARE, {"CONSULT", "DECLARE"}), (Right.MANAGE, set(Right))],
)
def test_a_greater_right_covers_a_lesser_one(held: Right, covered: set[str]):
    assert {str(right) for right in Right if held.covers(right)} == {str(right) for right in covered}


def test_user_name_is_nine_characters_that_nobody_misreads():
    name = new_user_name(lambda length: bytes([0, 31, 32, 255, 7, 8, 9, 10])[:length])
    assert len(name) == 9
    assert set(name[1:]) <= set(ALPHABET)
    assert not set("01OI") & set(ALPHABET)
