"""Judge the items of a file of check-ins one by one: each one's structure, then the rules that hold at every door."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO, cast

from lxml import etree

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Item
from domain.checkins.limits import TimeLimits
from domain.findings import Finding, Location, Severity, moved_down
from validators.checkins.frames import CHECKIN_LAYOUT, read_sequence
from validators.checkins.judging import judge_item
from validators.checkins.objections import NOT_AS_ASKED, objection_to, path_to
from validators.checkins.reading import BatchHeader, read_header, read_item
from validators.reading import FormStream, ReadingLimits, local_name
from validators.schemas import SchemaVersion

STRUCTURE = "SOA-03006"
"""The code of an item that its structure refuses, unless the field at fault has a code of its own (§2.3)."""
MOST_FAULTS = 20
_HEADERS = 1
"""Blocks before the first item."""

FIELD_CODES: Mapping[str, RefusalCode] = MappingProxyType(
    {
        "EnterpriseNumber": RefusalCode.EMPLOYER_INVALID,
        "ForeignVatNumber": RefusalCode.EMPLOYER_INVALID,
        "WorkPlaceId": RefusalCode.WORK_PLACE_INVALID,
        "CorrectedWorkPlaceId": RefusalCode.WORK_PLACE_INVALID,
        "INSS": RefusalCode.INSS_INVALID,
        "RegistrationDate": RefusalCode.DATE_NOT_TODAY_OR_TOMORROW,
        "PresenceRegistrationId": RefusalCode.REGISTRATION_ID_UNKNOWN,
        "CancellationReason": RefusalCode.CANCELLATION_REASON_INVALID,
        "LimosaId": RefusalCode.LIMOSA_ID_INVALID,
        "Evidence": RefusalCode.EVIDENCE_MISSING,
    }
)
"""What a faulty value of these elements is called, when the structure refuses it."""
_FIELDS_OF: Mapping[RefusalCode, tuple[str, ...]] = MappingProxyType(
    {
        **{code: tuple([name for name in FIELD_CODES if FIELD_CODES[name] is code]) for code in FIELD_CODES.values()},
        RefusalCode.IN_THE_FUTURE: ("RegistrationDateTime", "CorrectedDateTime"),
        RefusalCode.TOO_OLD: ("RegistrationDateTime",),
        RefusalCode.CORRECTION_WINDOW_CLOSED: ("CorrectedDateTime",),
    }
)
"""Which elements a rule is about."""
_CODES_OF_THE_LACKING: Mapping[str, RefusalCode] = MappingProxyType({"lacks Evidence": RefusalCode.EVIDENCE_MISSING})
"""What an element is called that ends without the one that has to stand there."""
_DEFAULT_LIMITS = ReadingLimits()


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """One item: the `index`-th of its file from 1, the number it gives itself, and what is wrong with it.

    `item` is None where its structure is refused. The first item of a file carries the `header` before it.
    """

    index: int
    seq: int
    item: Item | None
    findings: tuple[Finding, ...]
    header: BatchHeader | None = None

    def moved(self, *, forms: int, lines: int) -> "JudgedItem":
        """Return the item as it is counted after so many others, and so many lines further down."""
        findings = tuple([moved_down(finding, lines) for finding in self.findings])
        return replace(self, index=self.index + forms, findings=findings)


def judge_items(
    payload: BinaryIO,
    *,
    schema: SchemaVersion,
    received_at: datetime,
    rules: TimeLimits,
    limits: ReadingLimits = _DEFAULT_LIMITS,
) -> Iterator[JudgedItem]:
    """Yield what is to be said of every item, in document order; the payload is one that `check_frame` took."""
    stream = FormStream(payload, limits=limits, layout=CHECKIN_LAYOUT)
    for index, element in enumerate(stream, start=1):
        yield judge_element(element, index=index, schema=schema, received_at=received_at, rules=rules)


def judge_element(
    element: etree._Element, *, index: int, schema: SchemaVersion, received_at: datetime, rules: TimeLimits
) -> JudgedItem:
    """Return what is to be said of one item, the `index`-th of its payload from 1; `received_at` is its reception."""
    path = path_of_item(index)
    before = element.getprevious() if index == 1 else None
    header = None if before is None else read_header(before)
    seq = read_sequence(element) or 0
    compiled = schema.compiled()
    if not compiled.validate(element):
        told = _explain(element, compiled.error_log, path, known=schema.element_names())
        findings = tuple(told)[:MOST_FAULTS]
        return JudgedItem(index, seq, None, findings, header)
    try:
        item = read_item(element)
    except ValueError:
        return JudgedItem(
            index, seq, None, (_finding(STRUCTURE, element, path, "it names a day that is none"),), header
        )
    codes = judge_item(item, received_at=received_at, rules=rules)
    return JudgedItem(index, seq, item, tuple([_refused(code, element, path) for code in codes]), header)


def path_of_item(index: int) -> str:
    """Return the place of the `index`-th item of its payload, from 1, as child indexes: the header stands before it."""
    return f"1,{index + _HEADERS}"


def _explain(
    element: etree._Element, log: "etree._ListErrorLog", path: str, *, known: frozenset[str]
) -> Iterator[Finding]:
    """Yield a finding for each element at fault; of its value by the code of its field, else of its structure.

    `known` are the names that the structure has.
    """
    seen: set[tuple[str, str]] = set()
    for entry in log:
        told = objection_to(element, entry, path, known=known)
        what = told.what
        own = _CODES_OF_THE_LACKING.get(what) if told.is_structural else FIELD_CODES.get(told.name)
        if own is None and not told.is_structural:
            what = NOT_AS_ASKED
        code = STRUCTURE if own is None else str(own)
        if (code, told.indexes) not in seen:
            seen.add((code, told.indexes))
            yield _finding(code, told.node, told.indexes, f"{told.name} {what}")


def _refused(code: RefusalCode, element: etree._Element, path: str) -> Finding:
    """Return the finding of a rule, at the first element that it is about."""
    names = _FIELDS_OF.get(code, ())
    node = next((one for one in element.iter() if local_name(one) in names), element)
    return _finding(code, node, path_to(node, element, path), code.text)


def _finding(code: str, node: etree._Element, indexes: str, detail: str) -> Finding:
    """Return a finding; none of them repeats what stands in the file, which may be a national number."""
    location = Location(cast("int | None", node.sourceline), indexes=indexes)
    return Finding(str(code), Severity.BLOCKING, detail, tag=local_name(node), location=location)
