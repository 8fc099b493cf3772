"""Judge the frame of a file of check-ins: its header, the numbers of its items, and how many they are (§1.4, §2.3)."""

import re

from lxml import etree

from domain.refusals import Refusal, RefusalCode
from validators.checkins.objections import objection_to
from validators.reading import BLANKS, Layout
from validators.schemas import SchemaVersion

HEADER = "Header"
REGISTER_PRESENCE = "RegisterPresence"
REGISTER_EVENT = "RegisterEvent"
CANCEL_PRESENCE = "CancelPresence"
REQUEST_CORRECTION = "RequestCorrection"
CHECKIN_LAYOUT = Layout((REGISTER_PRESENCE, REGISTER_EVENT, CANCEL_PRESENCE, REQUEST_CORRECTION), HEADER)
MOST_ITEMS = 10_000
"""Of one file; one more refuses it (P110)."""
_COUNT_AT = 3
_SEQUENCE = re.compile(r"\A\+?0*([1-9][0-9]{0,8})\Z")


def read_sequence(item: etree._Element) -> int | None:
    """Return the number that an item gives itself; None where it has none that an answer could name."""
    match = _SEQUENCE.match(item.get("seq", "").strip(BLANKS))
    return None if match is None else int(match[1])


class CheckinChecks:
    """What the frame of a file of check-ins asks, item after item: an item is named by its `seq` in the answer."""

    def __init__(self, schema: SchemaVersion) -> None:
        self._schema = schema
        self._announced = 0
        self._numbers: set[int] = set()

    def require_item(self, item: etree._Element, *, index: int) -> None:
        """Refuse the file for the header before its first item, or for the number of the `index`-th, from 1 (SOA-03006)."""
        if index == 1:
            self._announced = self._require_header(item.getprevious())
        number = read_sequence(item)
        if number is None:
            raise Refusal(RefusalCode.FRAME_INVALID, f"item {index} has no seq from 1 on")
        if number in self._numbers:
            raise Refusal(RefusalCode.FRAME_INVALID, f"item {index} has the seq {number} of one before it")
        self._numbers.add(number)

    def require_count(self, items: int) -> None:
        """Refuse a file that holds another number of items than its header announces (P101)."""
        if items != self._announced:
            sentence = f"the header announces {self._announced} items, the file holds {items}"
            raise Refusal(RefusalCode.COUNT_DIFFERS, sentence)

    def _require_header(self, header: etree._Element | None) -> int:
        """Return how many items the header announces."""
        if header is None:
            raise Refusal(RefusalCode.FRAME_INVALID, "no header stands before the items")
        schema = self._schema.compiled()
        if not schema.validate(header):
            raise Refusal(RefusalCode.FRAME_INVALID, self._objection_to(header, schema.error_log))
        return int(header[_COUNT_AT].text or "")

    def _objection_to(self, header: etree._Element, log: "etree._ListErrorLog") -> str:
        told = objection_to(header, next(iter(log)), "", known=self._schema.element_names())
        if told.node is header:
            return f"the header {told.what}"
        return f"{told.name} {told.what}, element {told.indexes.lstrip(',')} of the header"
