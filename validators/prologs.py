"""Judge the first bytes of a payload - encoding, document type, root - before any parser reads the rest."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypedDict

from lxml import etree

from domain.refusals import Refusal, RefusalCode

UTF8_MARK = b"\xef\xbb\xbf"
_FOREIGN_STARTS = (
    b"\xff\xfe",  # UTF-16 and UTF-32, little end first
    b"\xfe\xff",  # UTF-16, big end first
    b"\x00\x00\xfe\xff",  # UTF-32, big end first
    b"\x00",  # UTF-16 or UTF-32 without a mark, big end first
    b"<\x00",  # likewise, little end first
    b"\x4c\x6f\xa7\x94",  # EBCDIC
)
_DECLARATION = re.compile(rb"<\?xml[ \t\r\n][^>]*?\?>")
_ENCODING = re.compile(rb"""[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([^"']*)["']""")
_SKIPPED = re.compile(rb"(?:[ \t\r\n]+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)


_TYPES = etree.ErrorTypes
_AMPERSAND = "a bare & or <, which XML writes as &amp; or &lt;"
_DEPTH = "Excessive depth"
"""How the sentence of libxml2 begins for elements nested too deep; its number is that of all its limits."""
_LONGEST_NAME = 50_000
"""Bytes after which libxml2 gives up a name by itself."""
_REASONS: Mapping[int, str] = MappingProxyType(
    {
        _TYPES.ERR_ATTRIBUTE_NOT_STARTED: "an attribute without quotes",
        _TYPES.ERR_ATTRIBUTE_REDEFINED: "an attribute stands there twice",
        _TYPES.ERR_DOCUMENT_EMPTY: "no element begins there",
        _TYPES.ERR_DOCUMENT_END: "something follows the end of the first element",
        _TYPES.ERR_ENTITYREF_SEMICOL_MISSING: _AMPERSAND,
        _TYPES.ERR_GT_REQUIRED: "a tag is not closed; the file may be cut off",
        _TYPES.ERR_INVALID_CHAR: "a character that XML does not allow",
        _TYPES.ERR_INVALID_ENCODING: "bytes that are not UTF-8",
        _TYPES.ERR_LT_IN_ATTRIBUTE: _AMPERSAND,
        _TYPES.ERR_NAME_REQUIRED: _AMPERSAND,
        _TYPES.ERR_TAG_NAME_MISMATCH: "a closing tag is not that of the element that is open",
        _TYPES.ERR_TAG_NOT_FINISHED: "the file ends before its elements are closed",
        _TYPES.NS_ERR_UNDEFINED_NAMESPACE: "a prefix that no namespace was declared for",
    }
)
"""What breaks the XML, by the numbers of libxml2; its own sentences quote the payload."""


class ParserSettings(TypedDict):
    """The settings that every reader of this room passes to lxml."""

    resolve_entities: bool
    no_network: bool
    load_dtd: bool
    huge_tree: bool
    collect_ids: bool
    remove_comments: bool
    remove_pis: bool


HARDENED: Final[ParserSettings] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "collect_ids": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""Nothing is expanded, nothing is fetched, and libxml2's own limits stay on."""

_ROOT_STEP = 1024
"""Bytes after which the root is looked for: most stand in the first of them, and what follows is not read in vain."""


@dataclass(frozen=True, slots=True)
class Root:
    """The start tag of the root: its name (`{namespace}name` when it has one) and its attributes."""

    name: str
    attributes: Mapping[str, str]

    @property
    def namespace(self) -> str:
        """The namespace of the root; empty when it has none."""
        return self.name[1:].partition("}")[0] if self.name.startswith("{") else ""

    @property
    def local_name(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("}")[2]

    def qualify(self, name: str) -> str:
        """Return `name` in the namespace of the root, as lxml writes it."""
        return f"{{{self.namespace}}}{name}" if self.namespace else name


def require_plain_prolog(head: bytes) -> None:
    """Refuse a payload that does not open as UTF-8 without a document type.

    `head` is the beginning of the payload. A document type is refused where it is announced, so that none is ever
    parsed (batch protocol §5 stage G). Raises Refusal ENCODING_UNSUPPORTED or NOT_WELL_FORMED.
    """
    if head.startswith(_FOREIGN_STARTS):
        raise Refusal(RefusalCode.ENCODING_UNSUPPORTED, "the first bytes are not UTF-8")
    start = len(UTF8_MARK) if head.startswith(UTF8_MARK) else 0
    declaration = _DECLARATION.match(head, start)
    if declaration is not None:
        start = declaration.end()
        encoding = _ENCODING.search(declaration[0])
        if encoding is not None and encoding[1].upper() != b"UTF-8":
            raise Refusal(RefusalCode.ENCODING_UNSUPPORTED, f"encoding {_named(encoding[1])} is not UTF-8")
    skipped = _SKIPPED.match(head, start)
    end = skipped.end() if skipped else start
    if head.startswith(b"<!", end) and not head.startswith(b"<!--", end):
        place = _place_in(head, end)
        raise Refusal(RefusalCode.NOT_WELL_FORMED, f"a document type or entity declaration is not allowed{place}")


def read_root(head: bytes, *, whole: int) -> Root:
    """Return the root whose start tag lies in `head`; `whole` is the room that a prolog has, in bytes.

    Raises Refusal NOT_WELL_FORMED, or FRAME_INVALID for a name that is too long, and when `head` fills that room without
    holding a root.
    """
    parser = etree.XMLPullParser(events=("start",), encoding="UTF-8", **HARDENED)
    trouble: etree.XMLSyntaxError | None = None
    for start in range(0, len(head), _ROOT_STEP):
        try:
            parser.feed(head[start : start + _ROOT_STEP])
        except etree.XMLSyntaxError as error:
            trouble = error
        for event in parser.read_events():
            element: Any = event[1]
            return Root(str(element.tag), {str(name): str(value) for name, value in element.attrib.items()})
        if trouble is not None:
            break
    if trouble is not None and is_name_too_long(trouble):
        raise name_too_long(trouble)
    if trouble is not None or len(head) < whole:
        raise not_well_formed(trouble)
    raise Refusal(RefusalCode.FRAME_INVALID, f"no root element within the first {whole} bytes")


def begin_tree(head: bytes) -> etree._Element | None:
    """Return the root with all that `head` holds below it, as far as it can be read; None where no root begins."""
    parser = etree.XMLPullParser(events=("start",), encoding="UTF-8", **HARDENED)
    with suppress(etree.XMLSyntaxError):
        parser.feed(head)
    begun: Any = next((event[1] for event in parser.read_events()), None)
    root: etree._Element | None = begun
    return root


def is_nested_too_deep(error: etree.XMLSyntaxError) -> bool:
    """Whether the parser gave up for elements in one another, 256 of them, and for nothing that breaks the XML."""
    return getattr(error, "code", 0) == _TYPES.ERR_RESOURCE_LIMIT and _DEPTH in str(error)


def is_name_too_long(error: etree.XMLSyntaxError) -> bool:
    """Whether the parser gave up for a name of an element or attribute, and for nothing that breaks the XML."""
    return bool(getattr(error, "code", 0) == _TYPES.ERR_NAME_TOO_LONG)


def name_too_long(error: etree.XMLSyntaxError) -> Refusal:
    """Return the refusal that says where a name is longer than is read; no schema has one like it."""
    return Refusal(RefusalCode.FRAME_INVALID, f"a name of more than {_LONGEST_NAME} bytes{_place_of(error)}")


def not_well_formed(error: etree.XMLSyntaxError | None) -> Refusal:
    """Return the refusal that says where the XML breaks, and why when that is known; it quotes nothing of the payload."""
    if error is None or not error.lineno:
        return Refusal(RefusalCode.NOT_WELL_FORMED, "the XML is not well formed")
    reason = _REASONS.get(getattr(error, "code", 0))
    why = f": {reason}" if reason else ""
    return Refusal(RefusalCode.NOT_WELL_FORMED, f"the XML is not well formed{_place_of(error)}{why}")


def _place_of(error: etree.XMLSyntaxError) -> str:
    return f" at line {error.lineno}, column {max(1, error.offset or 0)}"


def _place_in(head: bytes, end: int) -> str:
    before = head[:end].decode("utf-8-sig", "replace")
    return f" at line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _named(encoding: bytes) -> str:
    return repr(encoding[:40].decode("ascii", "replace"))
