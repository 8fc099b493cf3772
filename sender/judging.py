"""Judge the forms of the messages whose rules the sender's tools know, as the counter does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO, TypeAlias

from domain.checkins.limits import TimeLimits
from domain.findings import Finding
from validators import access, dimona
from validators.checkins.files import judge_items
from validators.reading import ReadingLimits
from validators.schemas import SchemaVersion

_BY_SENDER = "1"


@dataclass(frozen=True, slots=True)
class FormFindings:
    """What is found in one form: its number in the file from 1, the sender's own reference, and the findings."""

    index: int
    reference: str
    findings: Sequence[Finding]


Judge: TypeAlias = Callable[[BinaryIO, SchemaVersion, datetime, ReadingLimits], Iterator[FormFindings]]


def _judge_dimona(
    payload: BinaryIO, schema: SchemaVersion, at: datetime, limits: ReadingLimits
) -> Iterator[FormFindings]:
    for form in dimona.judge_forms(payload, schema=schema, received_at=at, limits=limits):
        own = next((reference.number for reference in form.references if reference.origin == _BY_SENDER), "")
        yield FormFindings(form.index, own, form.findings)


def _judge_access(
    payload: BinaryIO, schema: SchemaVersion, at: datetime, limits: ReadingLimits
) -> Iterator[FormFindings]:
    for form in access.judge_forms(payload, schema=schema, received_at=at, limits=limits):
        findings = [finding for one in form.declarations for finding in one.findings]
        yield FormFindings(form.index, "" if form.reference is None else form.reference.number, findings)


def _judge_checkins(
    payload: BinaryIO, schema: SchemaVersion, at: datetime, limits: ReadingLimits
) -> Iterator[FormFindings]:
    """Judge by the limits that hold unless the counter's operator says otherwise; an item is named by its `seq`."""
    for one in judge_items(payload, schema=schema, received_at=at, rules=TimeLimits(), limits=limits):
        yield FormFindings(one.index, f"seq {one.seq}", one.findings)


JUDGES: Mapping[str, Judge] = MappingProxyType({"DIMN": _judge_dimona, "ACCS": _judge_access, "CIAO": _judge_checkins})
"""Of any other message the frame alone is judged."""
