"""Say what the schema has against an element of a file of check-ins: in names of the structure, never in what stands there."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from validators.reading import local_name

NOT_AS_ASKED = "is not as the structure asks"
MALFORMED = "does not have the form that it must have"
_STRUCTURAL = ("SCHEMAV_ELEMENT_CONTENT", "SCHEMAV_CVC_COMPLEX_TYPE", "SCHEMAV_CVC_ELT")
_WHATEVER_IT_IS_CALLED = "an element"
"""What the structure does not have bears a name of the sender's own, which may be anything."""
_EXPECTED = re.compile(
    r"(?:(?P<lacks>Missing child element\(s\))|This element is not expected)"
    r"\. Expected is (?:one of )?\( (?P<names>[^()]*) \)\.?\s*\Z"
)
"""The end of a message; before it stand names and namespaces of the sender, which may say anything."""
_PREFIXED = re.compile(r"(?<![^/])([^/\[*:]+:[^/\[]+)")
_NAME = re.compile(r"(?:\{[^}]*\})?([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Objection:
    """What the schema says first or next: of which element, at which place as child indexes, called by `name`, and what is wrong.

    `is_structural` tells elements that lack or do not belong there from a value that is not as it must be.
    """

    node: etree._Element
    indexes: str
    name: str
    what: str
    is_structural: bool


def objection_to(element: etree._Element, entry: "etree._LogEntry", path: str, *, known: frozenset[str]) -> Objection:
    """Return what an entry of the parser's log says about something in `element`, which stands at `path`.

    `known` are the names that the structure has; any other is the sender's own, and may be anything.
    """
    node, indexes = _node_at(element, str(entry.path or ""), path)
    name = local_name(node) if local_name(node) in known else _WHATEVER_IT_IS_CALLED
    is_structural = str(entry.type_name).startswith(_STRUCTURAL)
    what = _what_is_wrong(str(entry.message), known=known) if is_structural else MALFORMED
    return Objection(node, indexes, name, what, is_structural)


def _what_is_wrong(message: str, *, known: frozenset[str]) -> str:
    """Return which elements should stand where one ends or another stands, in what the parser says of its structure: names, no values."""
    told = _EXPECTED.search(message)
    if told is None:
        return NOT_AS_ASKED
    names = " or ".join(name for name in _NAME.findall(told["names"]) if name in known)
    return f"lacks {names}" if told["lacks"] else f"stands where {names} should"


def _node_at(element: etree._Element, where: str, path: str) -> tuple[etree._Element, str]:
    """Return the element at an XPath that the parser gave, and its place; the item itself where there is none."""
    below = where.lstrip("/").partition("/")[2]
    if not below:
        return element, path
    # A prefix is looked for as it is written: who declares it may stand anywhere between.
    found: Any = element.xpath("./" + _PREFIXED.sub(r"*[name()='\1']", below))
    return (found[0], path_to(found[0], element, path)) if found else (element, path)


def path_to(node: etree._Element, element: etree._Element, path: str) -> str:
    """Return the place of a node within `element`, which stands at `path`, as child indexes."""
    steps: list[str] = []
    while node is not element and (parent := node.getparent()) is not None:
        steps.insert(0, str(parent.index(node) + 1))
        node = parent
    return ",".join([path, *steps])
