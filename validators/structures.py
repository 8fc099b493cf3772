"""Read the structure of a message from its schema: blocks, their elements in order, cardinalities, zone numbers."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from validators.reading import FORM
from validators.value_types import XS, ValueType, read_value_type

_NUMBER = "{urn:guichet:zones}number"
_FORBIDDEN = "{urn:guichet:zones}forbidden"
_FAULT = "{urn:guichet:zones}fault"


@dataclass(frozen=True, slots=True)
class Element:
    """An element as its parent declares it; `fault` is the one general number of its faulty values, if it has one.

    Exactly one of `block` and `value` is not None.
    """

    name: str
    number: str
    fault: str | None
    maximum: int
    block: "Block | None"
    value: ValueType | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sequence, taken by one of `elements` at least `minimum` and at most `maximum` times."""

    elements: tuple[Element, ...]
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Block:
    """The content of an element that holds elements: a sequence of slots; `forbidden` has numbers of what it never holds.

    `attributes` has the attributes that must be there, by name.
    """

    slots: tuple[Slot, ...]
    forbidden: Mapping[str, str]
    attributes: Mapping[str, ValueType]

    def place_of(self, name: str) -> int | None:
        """Return the index of the slot that takes `name`, or None when none does."""
        places = (index for index, slot in enumerate(self.slots) if any(name == item.name for item in slot.elements))
        return next(places, None)


@cache
def form_of(definition: Path) -> Element:
    """Return the element `Form` as the schema file `definition` declares it; read once per process.

    The schemas kept here use sequences of elements and of choices between elements, named types that restrict a
    built-in type, attributes that must be there, and no groups; a KeyError says where a schema leaves that subset.
    """
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False, remove_comments=True)
    schema = etree.parse(definition, parser).getroot()
    named = {str(part.get("name")): part for part in schema if part.tag in {f"{XS}complexType", f"{XS}simpleType"}}
    declared = next(part for part in schema if part.tag == f"{XS}element" and part.get("name") == FORM)
    return _read_element(declared, named)


def _read_element(declaration: etree._Element, named: dict[str, etree._Element]) -> Element:
    type_name = str(declaration.get("type"))
    block: Block | None = None
    value: ValueType | None = None
    if named[type_name].tag == f"{XS}complexType":
        pairs = (pair.partition("=") for pair in str(named[type_name].get(_FORBIDDEN, "")).split())
        forbidden = MappingProxyType({name: number for name, _, number in pairs})
        block = Block(
            tuple(_read_slots(named[type_name][0], named)), forbidden, _read_attributes(named[type_name], named)
        )
    else:
        value = read_value_type(named[type_name][0])
    return Element(
        name=str(declaration.get("name")),
        number=str(declaration.get(_NUMBER)),
        fault=declaration.get(_FAULT),
        maximum=sys.maxsize if (most := declaration.get("maxOccurs", "1")) == "unbounded" else int(most),
        block=block,
        value=value,
    )


def _read_attributes(content: etree._Element, named: dict[str, etree._Element]) -> Mapping[str, ValueType]:
    declared = content.iterchildren(f"{XS}attribute")
    return MappingProxyType(
        {str(attribute.get("name")): read_value_type(named[str(attribute.get("type"))][0]) for attribute in declared}
    )


def _read_slots(sequence: etree._Element, named: dict[str, etree._Element]) -> Iterator[Slot]:
    for part in sequence:
        declarations = list(part) if part.tag == f"{XS}choice" else [part]
        elements = tuple(_read_element(declaration, named) for declaration in declarations)
        yield Slot(
            elements=elements,
            minimum=int(part.get("minOccurs", "1")),
            maximum=max(element.maximum for element in elements),
        )
