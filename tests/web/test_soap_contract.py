"""The WSDL of the SOAP service PresenceRegistration v1, and the schemas in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from channels.web.presence.contract import SOAP_PATH, render_wsdl
from tests.web.check_in_door import Door, open_door
from tests.web.soap_programs import ADDRESS

BASE = ADDRESS.removesuffix(SOAP_PATH)
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
WSDL_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with open_door() as door:
        yield door


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("?wsdl", f"{BASE}{SOAP_PATH}"),
        ("?WSDL=", f"{BASE}{SOAP_PATH}"),
        ("?wsdl&environment=T", f"{BASE}{SOAP_PATH}?environment=T"),
    ],
)
def test_the_wsdl_tells_the_address_of_the_environment_that_is_asked_for(door: Door, query: str, address: str):
    wsdl = etree.fromstring(door.ask("GET", f"{SOAP_PATH}{query}", token=None).content)

    assert [node.get("location") for node in wsdl.iter(f"{WSDL_SOAP}address")] == [address]


@pytest.mark.parametrize(
    ("query", "status"), [("?wsdl&environment=X", 422), ("?wsdl&Environment=T", 405), ("?wsdl&page=2", 405), ("", 405)]
)
def test_what_asks_for_no_wsdl_that_there_is_is_told_so(door: Door, query: str, status: int):
    assert door.ask("GET", f"{SOAP_PATH}{query}", token=None).status_code == status


def test_the_wsdl_has_the_official_names_of_parts_and_binding():
    wsdl = etree.fromstring(render_wsdl(f"{BASE}{SOAP_PATH}"))

    assert [node.get("name") for node in wsdl.iter(f"{WSDL}part")] == ["request", "response"] * 4 + ["fault"] * 2
    assert [node.get("name") for node in wsdl.iter(f"{WSDL}binding")] == ["PresenceRegistrationSOAPBinding"]


def test_the_wsdl_stands_alone():
    wsdl = etree.fromstring(render_wsdl("https://elsewhere.example/x"))

    assert [node.get("location") for node in wsdl.iter(f"{WSDL_SOAP}address")] == ["https://elsewhere.example/x"]
    assert not [node for node in wsdl.iter() if "schemaLocation" in node.attrib]


def test_the_schemas_as_they_are_served_are_schemas(tmp_path: Path):
    wsdl = etree.fromstring(render_wsdl("https://elsewhere.example/x"))
    imports = etree.Element(f"{XSD}schema")
    for schema in wsdl.iter(f"{XSD}schema"):
        name, space = f"{len(imports)}.xsd", schema.get("targetNamespace")
        (tmp_path / name).write_bytes(etree.tostring(schema))
        etree.SubElement(imports, f"{XSD}import", namespace=space, schemaLocation=name)
    (tmp_path / "all.xsd").write_bytes(etree.tostring(imports))

    assert len(imports) == 3
    etree.XMLSchema(etree.parse(tmp_path / "all.xsd"))
