"""Judge a file of access declarations form by form: each declaration's structure, then the rules."""

import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import BinaryIO, cast

from lxml import etree

from domain.access_anomalies import AccessAnomaly, object_to
from domain.access_declarations import FURTHEST_DAYS, DeclaringEntity, EffectDays, JudgedAccessForm, JudgedDeclaration
from domain.brussels import brussels_date
from domain.findings import Finding, Location
from validators.access.reading import (
    DECLARATION,
    ENTITY,
    read_declaration,
    read_entity,
    read_header,
    read_reference,
    texts_of,
)
from validators.access.rules import RULES, Objection
from validators.dimona.echoes import read_echo
from validators.explaining import MAX_FAULTS, MAX_VALUE, explain, place_of_form
from validators.frames import limits_for
from validators.reading import FormStream, ReadingLimits, local_name
from validators.schemas import SchemaVersion
from validators.structures import Element, form_of

_REFERENCE_AT, _ENTITY_AT = 5, 6
_NUMBER = "INSZ"
_NUMBER_LIKE = re.compile(r"[0-9](?:[\s./_\u2010-\u2015\u2212-]{0,3}[0-9]){8}")
"""What may be a national number, or most of one, with what people put between its digits: no finding repeats it."""
_DEFAULT_LIMITS = ReadingLimits()


def judge_forms(
    payload: BinaryIO, *, schema: SchemaVersion, received_at: datetime, limits: ReadingLimits = _DEFAULT_LIMITS
) -> Iterator[JudgedAccessForm]:
    """Yield what is to be said of every form, in document order.

    The payload is one that `check_frame` took, from its first byte. `received_at` is aware; dates are compared with its
    Brussels day.
    """
    received_on = brussels_date(received_at)
    stream = FormStream(payload, limits=limits_for(schema.message, limits))
    for index, form in enumerate(stream, start=1):
        yield judge_form(form, index=index, schema=schema, received_on=received_on)


def judge_form(
    form: etree._Element,
    *,
    index: int,
    schema: SchemaVersion,
    received_on: date,
    is_sound: bool = False,
    ahead_days: int = FURTHEST_DAYS,
) -> JudgedAccessForm:
    """Return what is to be said of one form, the `index`-th of its payload from 1; the form stays as it is.

    It may take effect `ahead_days` after its reception. `is_sound` says that the schema has taken it already. What its schema refuses in a declaration refuses that one;
    what it refuses around them refuses all of the form (batch protocol §5, "What a schema error refuses").
    """
    days = EffectDays.from_reception(received_on, ahead_days=ahead_days)
    line = cast("int | None", form.sourceline)
    if not is_sound and not schema.compiled().validate(form):
        return _judge_unsound(form, index, schema=schema, days=days)
    elements = list(form)
    declarations = [
        _judge_declaration(element, index, place=place, number=number, days=days)
        for number, (place, element) in enumerate(enumerate(elements[_ENTITY_AT + 1 :], start=_ENTITY_AT + 2), start=1)
    ]
    return JudgedAccessForm(
        index,
        read_header(texts_of(form)),
        read_reference(elements[_REFERENCE_AT]),
        read_entity(elements[_ENTITY_AT]),
        _in_order(declarations),
        index,
        line,
    )


def _judge_declaration(
    element: etree._Element, index: int, *, place: int, number: int, days: EffectDays
) -> JudgedDeclaration:
    declared = read_declaration(element)
    found = [(rule, rule.function(declared, days)) for rule in RULES]
    findings = tuple(
        _tell(rule.code, objection, element, f"1,{index},{place}") for rule, objection in found if objection is not None
    )
    location = Location(cast("int | None", element.sourceline), indexes=f"1,{index},{place}")
    return JudgedDeclaration(number, declared.seq, declared, findings, location)


def _in_order(declarations: Sequence[JudgedDeclaration]) -> tuple[JudgedDeclaration, ...]:
    """Return the declarations in the order of their numbers; of several with the same number, none but the first stands."""
    seen: set[int] = set()
    ordered = []
    for one in sorted(declarations, key=lambda one: (one.seq is None, one.seq or 0, one.number)):
        if one.seq is not None and one.seq in seen:
            repeated = object_to(
                AccessAnomaly.CONTENT_UNKNOWN,
                f"two declarations have the seq {one.seq}",
                tag="@seq",
                location=one.location,
            )
            ordered.append(replace(one, findings=(*one.findings, repeated)))
            continue
        if one.seq is not None:
            seen.add(one.seq)
        ordered.append(one)
    return tuple(ordered)


def _judge_unsound(form: etree._Element, index: int, *, schema: SchemaVersion, days: EffectDays) -> JudgedAccessForm:
    plain, declared = _without_namespace(form, schema.namespace), form_of(schema.definition)
    around, within = _faults(plain, declared, index)
    echo = read_echo(plain, declared)
    children = list(enumerate(form, start=1))
    declarations = []
    for number, (place, element) in enumerate(
        ((place, element) for place, element in children if local_name(element) == DECLARATION), start=1
    ):
        location = Location(cast("int | None", element.sourceline), indexes=f"1,{index},{place}")
        faults = within[place]
        if not faults and not schema.compiled().validate(element):
            faults = [object_to(AccessAnomaly.CONTENT_UNKNOWN, "it is not valid", tag=DECLARATION, location=location)]
        if faults:
            seq = _read_seq(element)
            declarations.append(JudgedDeclaration(number, seq, None, (*around, *faults), location))
            continue
        judged = _judge_declaration(element, index, place=place, number=number, days=days)
        declarations.append(replace(judged, findings=(*around, *judged.findings)))
    location = Location(cast("int | None", form.sourceline), indexes=f"1,{index}")
    if not around and not any(one.findings for one in declarations):
        unsound = object_to(AccessAnomaly.CONTENT_UNKNOWN, "the form is not valid", tag="Form", location=location)
        declarations = [replace(one, findings=(unsound,)) for one in declarations]
    if not declarations:
        declarations = [JudgedDeclaration(1, None, None, tuple(around), location)]
    return JudgedAccessForm(
        index=index,
        header=echo.header,
        reference=echo.references[0] if echo.references else None,
        entity=_readable_entity(form) if not around else None,
        declarations=_in_order(declarations),
        position=index,
        line=location.line,
    )


def _faults(plain: etree._Element, declared: Element, index: int) -> tuple[list[Finding], Mapping[int, list[Finding]]]:
    """Return what is wrong around the declarations of a form, and in each, by its place among the children of the form."""
    around: list[Finding] = []
    within: defaultdict[int, list[Finding]] = defaultdict(list)
    places = {place for place, child in enumerate(plain, start=1) if child.tag == DECLARATION}
    for fault in explain(place_of_form(plain, index=index), declared, limit=10**9):
        finding = _as_anomaly(fault)
        steps = (fault.location.indexes or "").split(",") if fault.location else []
        place = int(steps[2]) if len(steps) > 2 else 0  # noqa: PLR2004 - root, form, child
        kept = within[place] if place in places else around
        if len(kept) < MAX_FAULTS:
            kept.append(finding)
    return around, within


def _as_anomaly(fault: Finding) -> Finding:
    """Return a fault of structure as the one anomaly that this message has for them."""
    detail = f"{AccessAnomaly.CONTENT_UNKNOWN.sentence[:-1]}: {fault.detail}"
    return replace(fault, code=str(AccessAnomaly.CONTENT_UNKNOWN), detail=detail, value=_shown(fault.value, fault.tag))


def _without_namespace(form: etree._Element, namespace: str) -> etree._Element:
    """Return a copy of the form whose elements have no namespace, unless they have a foreign one."""
    plain, prefix = copy.deepcopy(form), f"{{{namespace}}}"
    for element in plain.iter("*"):
        element.tag = str(element.tag).removeprefix(prefix)
    return plain


def _readable_entity(form: etree._Element) -> DeclaringEntity | None:
    blocks = [child for child in form if local_name(child) == ENTITY]
    return read_entity(blocks[0]) if len(blocks) == 1 else None


def _read_seq(element: etree._Element) -> int | None:
    text = element.get("seq", "").strip()
    return int(text) if text.isdecimal() and text.isascii() and 0 < len(text) < 6 else None  # noqa: PLR2004


def _tell(code: AccessAnomaly, objection: Objection, element: etree._Element, indexes: str) -> Finding:
    """Return the finding of `code`; something absent lies at the nearest element above it that is there."""
    node, steps = element, objection.path.split("/") if objection.path else []
    tag = DECLARATION
    for step in steps:
        tag, _, count = step.rstrip("]").partition("[")
        same = [(place, child) for place, child in enumerate(node, start=1) if local_name(child) == tag]
        if len(same) < int(count or "1"):
            break
        place, node = same[int(count or "1") - 1]
        indexes = f"{indexes},{place}"
    text = (node.text or "").strip() if local_name(node) == tag and not len(node) else ""
    finding = object_to(
        code, objection.sentence, tag=tag, location=Location(cast("int | None", node.sourceline), indexes=indexes)
    )
    return replace(finding, value=_shown(text, tag))


def _shown(text: str | None, tag: str | None) -> str | None:
    """Return what a finding repeats of the text of an element: nothing of a national number (access §8.4)."""
    return None if not text or tag == _NUMBER or _NUMBER_LIKE.search(text) else text[:MAX_VALUE]
