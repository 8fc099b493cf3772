"""Say what is wrong with a form that its schema refuses: every fault with its code and place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import cast

from lxml import etree

from domain.findings import Finding, Location, Severity
from validators.reading import BLANKS
from validators.structures import Block, Element
from validators.value_types import General

MAX_FAULTS = 50
MAX_VALUE = 100

_SENTENCES = {
    General.ABSENT: "is missing or empty",
    General.NOT_NUMERIC: "is not a number",
    General.INVALID: "is not valid",
    General.OUTSIDE_DOMAIN: "is outside its domain",
    General.CARDINALITY: "occurs more often than allowed",
    General.ORDER: "stands in the wrong place",
    General.UNKNOWN: "is not part of the structure",
    General.LENGTH: "has the wrong length",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An element of a form and the child indexes that lead to it, from the root on."""

    node: etree._Element
    indexes: str

    @property
    def location(self) -> Location:
        """The line and the path, as a finding gives them."""
        return Location(line=cast("int | None", self.node.sourceline), indexes=self.indexes)

    def children(self) -> Iterator["Place"]:
        """Every child element; an index counts the elements among its siblings, from 1."""
        for index, node in enumerate(self.node, start=1):
            yield Place(node, f"{self.indexes},{index}")


def place_of_form(form: etree._Element, *, index: int) -> Place:
    """Return the place of the form that is the `index`-th of its file, from 1; the root itself is "1"."""
    return Place(form, f"1,{index}")


def explain(place: Place, declared: Element, *, limit: int = MAX_FAULTS) -> tuple[Finding, ...]:
    """Return what is wrong at and below `place`, at most `limit` findings, all blocking, in document order.

    The code is the number of the zone or block, then the general number. An unknown element carries the number of its
    block, a missing one its own number and the place of its block. Attributes are unknown too, and named with an @.
    """
    return tuple(islice(_explain(place, declared), limit))


def _explain(place: Place, declared: Element) -> Iterator[Finding]:
    yield from _explain_attributes(place, declared)
    if declared.block is None:
        yield from _explain_value(place, declared)
        return
    loose = [place.node.text, *(child.tail for child in place.node)]
    if any(text and text.strip(BLANKS) for text in loose):
        yield _finding(declared.number, General.INVALID, declared.name, place)
    yield from _explain_block(place, declared, declared.block)


def _explain_attributes(place: Place, declared: Element) -> Iterator[Finding]:
    expected = declared.block.attributes if declared.block else {}
    for name in place.node.attrib:
        if name not in expected:
            yield _finding(declared.number, General.UNKNOWN, ("@" + str(name))[:MAX_VALUE], place)
    for name, value in expected.items():
        text = place.node.get(name, "")
        general = value.fault_of(text) if text else General.ABSENT
        if general is not None:
            yield _finding(declared.number, general, f"@{name}", place, value=text)


def _explain_value(place: Place, declared: Element) -> Iterator[Finding]:
    if len(place.node):
        yield _finding(declared.number, General.UNKNOWN, str(place.node[0].tag)[:MAX_VALUE], place)
        return
    text = place.node.text or ""
    general = declared.value.fault_of(text) if declared.value else None
    if general is General.ABSENT or (general is not None and declared.fault is None):
        yield _finding(declared.number, general, declared.name, place, value=text, expected=_expected(declared))
    elif general is not None:
        fault = General(str(declared.fault))
        yield _finding(declared.number, fault, declared.name, place, value=text, expected=_expected(declared))


def _expected(declared: Element) -> str:
    expected = declared.value.expected if declared.value else ""
    return f"; expected {expected}" if expected else ""


def _explain_block(place: Place, declared: Element, block: Block) -> Iterator[Finding]:
    reached = 0
    seen: dict[int, int] = {}
    for child in place.children():
        name = str(child.node.tag)
        index = block.place_of(name)
        if index is None:
            forbidden = block.forbidden.get(name)
            general = General.UNKNOWN if forbidden is None else General.CARDINALITY
            yield _finding(forbidden or declared.number, general, name[:MAX_VALUE], child)
            continue
        slot = block.slots[index]
        element = next(element for element in slot.elements if element.name == name)
        seen[index] = seen.get(index, 0) + 1
        if seen[index] > slot.maximum:
            yield _finding(element.number, General.CARDINALITY, name, child)
            continue
        if index < reached:
            yield _finding(element.number, General.ORDER, name, child)
        reached = max(reached, index)
        yield from _explain(child, element)
    for index, slot in enumerate(block.slots):
        if slot.minimum > seen.get(index, 0):
            yield _finding(slot.elements[0].number, General.ABSENT, slot.elements[0].name, place)


def _finding(
    number: str, general: General, tag: str, place: Place, *, value: str | None = None, expected: str = ""
) -> Finding:
    return Finding(
        code=f"{number}-{general}",
        severity=Severity.BLOCKING,
        detail=f"{tag} {_SENTENCES[general]}{expected}",
        tag=tag,
        value=value[:MAX_VALUE] if value else None,
        location=place.location,
    )
