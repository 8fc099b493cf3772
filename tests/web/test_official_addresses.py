"""Site software that speaks to the official services changes the host alone."""

import hashlib
from collections.abc import Iterator

import pytest

from tests.proving_documents import a_pdf
from tests.web.check_in_door import Door, an_event, open_door
from tests.web.test_check_in_calls import CANCEL, CORRECT, SEARCH

OFFICIAL = "/REST/presenceRegistration/v1/"


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with open_door() as door:
        yield door


def test_site_software_registers_at_the_official_address(door: Door):
    answer = door.ask("POST", f"{OFFICIAL}presenceRegistrations/registerInBulk", json={"items": [an_event()]})
    assert answer.status_code == 200
    (item,) = answer.json()["items"]
    number = item["createdPresenceRegistration"]["id"]
    assert len(door.check_ins.brought) == 1
    assert door.ask("GET", f"{OFFICIAL}presenceRegistrations/{number}").status_code == 200


def test_every_operation_of_check_ins_stands_at_the_official_address_too(door: Door):
    for own in (CANCEL, CORRECT, SEARCH):
        official = own.replace("/api/v1/", OFFICIAL)
        mine, theirs = (door.ask("POST", path, json={"items": []}) for path in (own, official))
        assert (mine.status_code, mine.json()) == (theirs.status_code, theirs.json())
    content = a_pdf()
    path = f"{OFFICIAL}evidence/{hashlib.sha256(content).hexdigest()}"
    assert door.ask("PUT", path, content=content).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{OFFICIAL}deliveries",
        f"{OFFICIAL}student-days/610000000091",
        "/REST/presenceRegistration/v2/presenceRegistrations/search",
        "/REST/",
        "/REST/oauth/v5/token/x",
    ],
)
def test_nothing_else_stands_at_an_official_address(door: Door, path: str):
    assert door.ask("POST", path, json={}).status_code == 404


def test_an_official_address_wants_a_token_as_ours_does(door: Door):
    path = f"{OFFICIAL}presenceRegistrations/registerInBulk"
    assert door.ask("POST", path, token=None, json={"items": [an_event()]}).status_code == 401
