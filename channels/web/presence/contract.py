"""The contract of the SOAP service PresenceRegistration v1: its WSDL as it is served, its schemas as they judge (§1.1)."""

import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from channels.web.presence.faults import Fault, FaultCode

SOAP_PATH = "/PresenceRegistration/v1"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
PROTOCOL = "http://socialsecurity.be/presenceregistration/v1"
TYPES = "http://socialsecurity.be/presenceregistration/schemas/v1"
ERRORS = "http://socialsecurity.be/errors/v1"
_FOLDER = Path(__file__).parent
_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_WSDL_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_SHOWN_ERRORS = 3
_OWN = threading.local()


@cache
def render_wsdl(address: str) -> bytes:
    """Return the WSDL of a service at that address, with its schemas in it: one file tells a client everything."""
    wsdl = etree.parse(_FOLDER / "PresenceRegistration_v1.wsdl", _parser()).getroot()
    (types,) = wsdl.iter(f"{_WSDL}types")
    for name in ("errors.xsd", "types.xsd", "protocol.xsd"):
        schema = etree.parse(_FOLDER / name, _parser()).getroot()
        for imported in schema.iter(f"{_SCHEMA}import"):
            del imported.attrib["schemaLocation"]
        types.append(schema)
    for location in wsdl.iter(f"{_WSDL_SOAP}address"):
        location.set("location", address)
    return etree.tostring(wsdl, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def require_valid(message: etree._Element) -> None:
    """Raise Fault SOA-03006 unless what a SOAP body holds is as the schema says; it names places, never values."""
    schema = _own_schema()
    if not schema.validate(message):
        log: Iterable[Any] = schema.error_log  # type: ignore[assignment]  # the stubs do not know that it is one
        places = {f"line {error.line}, {_local(error.path)}" for error in log}
        raise Fault(FaultCode.SCHEMA, f"not as the schema says: {'; '.join(sorted(places)[:_SHOWN_ERRORS])}")


def _own_schema() -> etree.XMLSchema:
    """Return the schema of this thread: what it found wrong stands in it, and others must not write there meanwhile."""
    schema: etree.XMLSchema | None = getattr(_OWN, "schema", None)
    if schema is None:
        schema = _OWN.schema = etree.XMLSchema(etree.parse(_FOLDER / "protocol.xsd", _parser()))
    return schema


def _local(path: str) -> str:
    """Return the name of the last element of a path, without prefixes and numbers."""
    return path.rpartition("/")[2].rpartition(":")[2].partition("[")[0] or "the message"


def _parser() -> etree.XMLParser:
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False, remove_blank_text=True)
