"""The contract of the SOAP service PresenceRegistration v1: its WSDL as it is served, its schemas as they judge (§1.1)."""

import re
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from channels.web.presence.faults import Fault, FaultCode

SOAP_PATH = "/PresenceRegistration/v1"
MOST_ITEMS = 200
"""What one call brings at most, over SOAP and REST (check-in declarations §1.1)."""

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
PROTOCOL = "http://socialsecurity.be/presenceregistration/v1"
TYPES = "http://socialsecurity.be/presenceregistration/schemas/v1"
ERRORS = "http://socialsecurity.be/errors/v1"
_FOLDER = Path(__file__).parent
_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_WSDL_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_SHOWN_ERRORS = 3
_ITEM = re.compile(r"\A/[^/]+/[^/]+\[([0-9]+)\]")
"""Where an error is, begins with the message and its item, which has a number where there are several."""
_NAME = re.compile(r"\AElement '(?:\{[^}]*\})?([^']+)'")
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
        places = list(dict.fromkeys(_places(schema)))[:_SHOWN_ERRORS]
        told = f"more than {MOST_ITEMS} items" if len(message) > MOST_ITEMS else "; ".join(places)
        raise Fault(FaultCode.SCHEMA, f"not as the schema says: {told}")


def _places(schema: etree.XMLSchema) -> Iterator[str]:
    """Yield the number of the item, where there are several, or else the line, and the element; programs write one line."""
    log: Iterable[Any] = schema.error_log  # type: ignore[assignment]  # the stubs do not know that it is one
    for error in log:
        item, name = _ITEM.match(error.path or ""), _NAME.match(error.message)
        where = f"line {error.line}" if item is None else f"item {item[1]}"
        yield f"{where}, {'the message' if name is None else name[1]}"


def _own_schema() -> etree.XMLSchema:
    """Return the schema of this thread: what it found wrong stands in it, and others must not write there meanwhile."""
    schema: etree.XMLSchema | None = getattr(_OWN, "schema", None)
    if schema is None:
        schema = _OWN.schema = etree.XMLSchema(etree.parse(_FOLDER / "protocol.xsd", _parser()))
    return schema


def _parser() -> etree.XMLParser:
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False, remove_blank_text=True)
