"""The examples of check-ins in the description for programs: of its own schemas, taken as they stand, in the words that are told."""

import copy
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from channels.web.api import openapi_description
from channels.web.official_paths import official_path, own_path
from domain.checkins.codes import RefusalCode
from tests.web.check_in_door import COMPANY, Door, an_event, open_door

JSON = "application/json"
SUCCESS = 200
PDF = b"%PDF-1.7 a log"


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with open_door() as door:
        yield door


@cache
def operations() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return the operations of check-ins by method and address, without those that a GET is copied to."""
    paths = openapi_description()["paths"]
    return {
        (method.upper(), path): operation
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "check-ins" in operation.get("tags", ()) and method != "head"
    }


def asked(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    return operation.get("requestBody", {}).get("content", {}).get(JSON, {})


def answered(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    return operation["responses"][SUCCESS]["content"][JSON]


def contents() -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Return each example with its name and its schema."""
    return [
        (f"{operation['operationId']}, {name}, {side}", content["schema"], example["value"])
        for operation in operations().values()
        for side, content in (("asked", asked(operation)), ("answered", answered(operation)))
        for name, example in content.get("examples", {}).items()
    ]


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema with those that it refers to, each without room for a field that it does not name."""
    schemas = copy.deepcopy(openapi_description()["components"]["schemas"])
    top = copy.deepcopy(dict(schema))
    for one in (top, *schemas.values()):
        if "properties" in one:
            one["additionalProperties"] = False
    return top | {"components": {"schemas": schemas}}


def shape(value: object) -> object:
    """Return the names in a JSON value, and those of the values in it; of a list those of any of its items."""
    if isinstance(value, Mapping):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return sorted({repr(shape(one)) for one in value})
    return None


def test_every_operation_of_check_ins_has_an_example_of_its_call_and_its_answer():
    assert len(operations()) == 8
    for (method, _), operation in operations().items():
        shown = answered(operation)["examples"]
        assert shown
        if method == "POST":
            assert asked(operation)["examples"].keys() == shown.keys()


@pytest.mark.parametrize(("schema", "value"), [one[1:] for one in contents()], ids=[one[0] for one in contents()])
def test_an_example_is_as_its_schema_says(schema: Mapping[str, Any], value: object):
    validator = Draft202012Validator(closed(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)] == []


def test_the_schemas_of_the_examples_refuse_a_field_that_they_do_not_name():
    schema = closed(asked(operations()["POST", "/api/v1/presenceRegistrations/registerInBulk"])["schema"])
    wrong = an_event(workplace="1Y1003TESTA1Z")
    assert [error.json_path for error in Draft202012Validator(schema).iter_errors({"items": [wrong]})] == ["$.items[0]"]


def test_every_call_of_an_example_can_be_read(door: Door):
    """What the register says to them is not asked here: nothing of an example stands in it."""
    for (method, path), operation in operations().items():
        for name, example in asked(operation).get("examples", {}).items():
            answer = door.ask(method, path, json=example["value"])
            assert (answer.status_code, "SOA-03006" in answer.text) == (200, False), (path, name, answer.text)


def test_an_answer_names_what_its_example_names(door: Door):
    """Of a registration that was just taken, and of a request and a document."""
    (operation,) = [one for (_, path), one in operations().items() if path.endswith("registerInBulk")]
    call, answer = (one["examples"]["event"]["value"] for one in (asked(operation), answered(operation)))
    path = "/api/v1/presenceRegistrations"
    told = door.ask("POST", f"{path}/registerInBulk", json=call).json()
    assert shape(told) == shape(answer)
    number = told["items"][0]["createdPresenceRegistration"]["id"]
    one = answered(operations()["GET", f"{path}/{{registration_id}}"])["examples"]["registration"]["value"]
    assert door.ask("GET", f"{path}/{number}").json().keys() == one.keys()
    found = answered(operations()["POST", f"{path}/search"])["examples"]["search"]["value"]
    period = {"registrationPeriods": [{"startDate": "2026-11-01", "endDate": "2026-11-30"}]}
    told = door.ask("POST", f"{path}/search", json=period).json()
    assert (told.keys(), told["items"][0].keys()) == (found.keys(), found["items"][0].keys())
    kept = answered(operations()["PUT", "/api/v1/evidence/{sha256}"])["examples"]["document"]["value"]
    address = f"/api/v1/evidence/{hashlib.sha256(PDF).hexdigest()}"
    assert door.ask("PUT", address, content=PDF).json().keys() == kept.keys()


def test_a_refusal_in_an_example_has_the_words_of_its_code():
    refused = [
        error
        for _, _, value in contents()
        for item in value.get("items", ())
        for one in item.values()
        if isinstance(one, Mapping)
        for error in one.get("errors", ())
    ]
    assert refused
    assert [error for error in refused if error["description"] != RefusalCode(error["code"]).text] == []


def test_what_stands_at_an_official_address_names_it():
    paths = openapi_description()["paths"]
    named = {path: official_path(path) for path in paths if official_path(path) is not None}
    assert set(named) == {path for _, path in operations()} | {"/api/oauth/token"}
    assert {path: own_path(there) for path, there in named.items()} == {path: path for path in named}
    for path, methods in paths.items():
        for operation in methods.values():
            assert ("/REST/" in operation["description"]) is (path in named)
            assert path not in named or named[path] in operation["description"]


def test_the_page_shows_every_example(door: Door):
    page = door.ask("GET", "/api/v1/docs", token=None).text
    assert page.count("<details>") == sum(len(answered(operation)["examples"]) for operation in operations().values())
    assert "Two presences on a day, of which one is refused" in page
    assert "&quot;PLN-0002&quot;" in page
    assert COMPANY not in page
