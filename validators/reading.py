"""Read a payload form by form, in flat memory, with every limit on the way; knows no message."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from domain.refusals import Refusal, RefusalCode
from validators.prologs import (
    HARDENED,
    Root,
    begin_tree,
    is_name_too_long,
    is_nested_too_deep,
    name_too_long,
    not_well_formed,
    read_root,
    require_plain_prolog,
)

FORM = "Form"
BLANKS = " \t\r\n"
_MEBIBYTE = 1024 * 1024
_BEGUN_VALUE = re.compile(rb"=[ \t\r\n]*[\"']")


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What a payload may be at most (batch protocol §1.7); everything above is refused.

    `payload_bytes` of the whole, `prolog_bytes` before the root's start tag ends, `form_bytes` of one form (counted
    in the reader's own steps of 32 KiB) and of what stands between two, `form_tags` of its tags; `depth` of elements below a form. A payload has
    at least `min_form_bytes` for each of its forms, on the average. `names` is the
    number of different element names, `attributes` that of attributes and `instructions` of processing instructions:
    the parser keeps every different name for the life of its thread.
    """

    payload_bytes: int = 256 * _MEBIBYTE
    forms: int = 250_000
    min_form_bytes: int = 64
    form_bytes: int = _MEBIBYTE
    form_tags: int = 1_000_000
    prolog_bytes: int = 64 * 1024
    depth: int = 16
    names: int = 1_000
    attributes: int = 1_000_000
    instructions: int = 10_000


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands below the root of a message: blocks of the names in `forms`, after one `header` where there is one."""

    forms: tuple[str, ...] = (FORM,)
    header: str | None = None


FORMS_ALONE = Layout()


class FormStream:
    """The forms of one payload, one after the other; they stand in the namespace of its root.

    An element that was handed out is emptied when the next one is asked for; a header is not, and stays where it stands,
    before every form. Whether there must be one is for others to judge. Raises the Refusals of the frame:
    PAYLOAD_EMPTY, PAYLOAD_TOO_LARGE, NOT_WELL_FORMED, ENCODING_UNSUPPORTED, BLOCK_UNEXPECTED, TOO_MANY_FORMS,
    TOO_MANY_FORMS_FOR_SIZE and FRAME_INVALID (batch protocol §5, stages E and G).
    """

    def __init__(self, payload: BinaryIO, *, limits: ReadingLimits, layout: Layout = FORMS_ALONE) -> None:
        self._limits = limits
        self._source = _GuardedSource(payload, limits)
        if not self._source.head:
            raise Refusal(RefusalCode.PAYLOAD_EMPTY, "the file holds no byte")
        require_plain_prolog(self._source.head)
        self.root: Root = read_root(self._source.head, whole=limits.prolog_bytes)
        self._forms = tuple([self.root.qualify(name) for name in layout.forms])
        self._header = None if layout.header is None else self.root.qualify(layout.header)
        self._expected = " or ".join(layout.forms)

    def __iter__(self) -> Iterator[etree._Element]:
        events = etree.iterparse(self._source, events=("end",), tag=self._forms, encoding="UTF-8", **HARDENED)
        forms, root = 0, None
        try:
            for _, form in events:
                root = form.getparent()
                if root is None or root.getparent() is not None:
                    continue
                self._release_before(form, root)
                forms += 1
                if forms > self._limits.forms:
                    raise Refusal(RefusalCode.TOO_MANY_FORMS, f"more than {self._limits.forms} forms")
                yield form
                self._source.mark()
                form.clear(keep_tail=True)
        except etree.XMLSyntaxError as error:
            raise self._refusal_of(error, root, forms=forms) from None
        self._require_only_forms(events.root)
        self._require_room_for(forms)

    def _refusal_of(self, error: etree.XMLSyntaxError, root: etree._Element | None, *, forms: int) -> Refusal:
        """Return the refusal for what ended the reading after so many forms.

        The parser gives up at a depth and a length of names of its own. What is nested so deep is refused as it would be
        a little less deep: a block that may not stand there for that alone (raised), a form for its depth.
        """
        is_long = is_name_too_long(error)
        if not is_long and not is_nested_too_deep(error):
            return not_well_formed(error)
        reached = begin_tree(self._source.head) if root is None else root
        if reached is not None:
            self._require_only_forms(reached)
        return name_too_long(error) if is_long else too_deep(forms + 1, depth=self._limits.depth)

    def _release_before(self, form: etree._Element, root: etree._Element) -> None:
        """Judge and drop what stands before `form`: its own start was reached, so nothing is added there any more."""
        while (previous := form.getprevious()) is not None:
            _require_blank(previous.tail)
            if self._is_header(previous):
                break
            self._require_form(previous)
            root.remove(previous)
        _require_blank(root.text)

    def _require_only_forms(self, root: etree._Element) -> None:
        _require_blank(root.text)
        for block in root:
            if not self._is_header(block):
                self._require_form(block)
            _require_blank(block.tail)

    def _is_header(self, block: etree._Element) -> bool:
        """Whether it is the header, which is the first block of all: no form stands before it, not even an emptied one."""
        return block.tag == self._header and block.getprevious() is None

    def _require_form(self, block: etree._Element) -> None:
        if block.tag not in self._forms:
            sentence = f"block {str(block.tag)[:100]!r} stands where only {self._expected} may"
            raise Refusal(RefusalCode.BLOCK_UNEXPECTED, sentence)

    def _require_room_for(self, forms: int) -> None:
        least = self._limits.min_form_bytes
        if forms * least > self._source.total:
            raise Refusal(
                RefusalCode.TOO_MANY_FORMS_FOR_SIZE,
                f"{forms} forms in {self._source.total} bytes; {least} bytes a form are the least",
            )


class _GuardedSource:
    """A payload's bytes, counted; reading fails as soon as a limit is passed."""

    def __init__(self, payload: BinaryIO, limits: ReadingLimits) -> None:
        self._payload = payload
        self._limits = limits
        self.total = 0
        self._marked = 0
        self._tags = 0
        self._attributes = 0
        self._instructions = 0
        self._starts = True
        self.head = self._read_head(limits.prolog_bytes)

    def read(self, size: int) -> bytes:
        if self._starts:
            self._starts = False
            return self.head
        data = self._payload.read(size)
        self._count(data)
        return data

    def mark(self) -> None:
        """Note that all bytes read until now belong to forms that are done with."""
        self._marked = self.total
        self._tags = 0

    def _read_head(self, size: int) -> bytes:
        head = b""
        while len(head) < size and (data := self._payload.read(size - len(head))):
            head += data
        self._count(head)
        return head

    def _count(self, data: bytes) -> None:
        limits = self._limits
        self.total += len(data)
        self._attributes += count_attributes(data)
        self._instructions += data.count(b"<?")
        self._tags += data.count(b"<")
        if self.total > limits.payload_bytes:
            raise Refusal(RefusalCode.PAYLOAD_TOO_LARGE, f"more than {limits.payload_bytes} bytes")
        if self.total - self._marked > limits.form_bytes:
            raise Refusal(RefusalCode.PAYLOAD_TOO_LARGE, f"more than {limits.form_bytes} bytes without a whole form")
        if self._tags > limits.form_tags:
            raise Refusal(RefusalCode.PAYLOAD_TOO_LARGE, f"more than {limits.form_tags} tags without a whole form")
        if self._attributes > limits.attributes:
            raise Refusal(RefusalCode.FRAME_INVALID, f"more than {limits.attributes} attributes")
        if self._instructions > limits.instructions:
            raise Refusal(RefusalCode.FRAME_INVALID, f"more than {limits.instructions} processing instructions")


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def count_attributes(data: bytes) -> int:
    """Return how many attributes stand in a part of a payload, by how their values begin; text may look like one too."""
    return len(_BEGUN_VALUE.findall(data)) if b"=" in data else 0


def too_deep(index: int, *, depth: int) -> Refusal:
    """Return the refusal of a file for its `index`-th form, from 1, which has more than `depth` elements in one another."""
    return Refusal(RefusalCode.FRAME_INVALID, f"form {index} is more than {depth} elements deep")


def _require_blank(text: str | None) -> None:
    if text and text.strip(BLANKS):
        raise Refusal(RefusalCode.FRAME_INVALID, "text stands outside the forms")
