"""Judge a Dimona payload form by form: its structure by the schema, then the rules that fit its action."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO, cast

from lxml import etree

from domain.brussels import brussels_date
from domain.findings import Severity
from domain.student_declarations import JudgedForm
from validators.dimona.actions import read_action
from validators.dimona.codes import AnomalyCode
from validators.dimona.echoes import read_echo
from validators.dimona.locating import find_and_tell
from validators.dimona.rule_book import rules_for
from validators.dimona.rules import Objection
from validators.dimona.statements import DimonaRuleSettings, read_statement
from validators.explaining import explain, place_of_form
from validators.reading import FormStream, ReadingLimits
from validators.schemas import SchemaVersion
from validators.structures import form_of

_DEFAULT_SETTINGS = DimonaRuleSettings()
_DEFAULT_LIMITS = ReadingLimits()


def judge_forms(
    payload: BinaryIO,
    *,
    schema: SchemaVersion,
    received_at: datetime,
    settings: DimonaRuleSettings = _DEFAULT_SETTINGS,
    limits: ReadingLimits = _DEFAULT_LIMITS,
) -> Iterator[JudgedForm]:
    """Yield what is to be said of every form, in document order; memory does not grow with the payload.

    The payload is one that `check_frame` took, from its first byte; otherwise that function's Refusals are raised here,
    possibly after some forms. `received_at` is aware; dates are compared with its Brussels day.
    """
    received_on = brussels_date(received_at)
    for index, form in enumerate(FormStream(payload, limits=limits), start=1):
        yield judge_form(form, index=index, schema=schema, received_on=received_on, settings=settings)


def judge_form(
    form: etree._Element,
    *,
    index: int,
    schema: SchemaVersion,
    received_on: date,
    settings: DimonaRuleSettings = _DEFAULT_SETTINGS,
    is_sound: bool = False,
) -> JudgedForm:
    """Return what is to be said of one form, the `index`-th of its payload from 1; the form stays as it is.

    `is_sound` says that the schema has taken it already, as a part of something larger.

    `form` was parsed as `validators.prologs.HARDENED` says: no comment, no processing instruction, no entity.
    `received_on` is the Brussels date of reception. A form that its schema refuses has the faults of its structure and
    no action; the rules then stay silent (batch protocol §5, "What a schema error refuses").
    """
    if not is_sound and not schema.compiled().validate(form):
        return _judge_unsound(form, index, schema=schema)
    statement = read_statement(form, received_on=received_on, settings=settings)
    findings = [
        find_and_tell(rule.code, rule.severity, objection, form, index=index)
        for rule in rules_for(statement.shape, statement.worker_type)
        if (objection := rule.function(statement)) is not None
    ]
    return JudgedForm(
        index,
        statement.header,
        statement.references,
        statement.employer,
        statement.insz,
        read_action(statement),
        tuple(findings),
        index,
        cast("int | None", form.sourceline),
    )


def _judge_unsound(form: etree._Element, index: int, *, schema: SchemaVersion) -> JudgedForm:
    place, declared = place_of_form(form, index=index), form_of(schema.definition)
    findings = explain(place, declared)
    if not findings:
        objection = Objection("", "not valid")
        findings = (find_and_tell(AnomalyCode.FORM_INVALID, Severity.BLOCKING, objection, form, index=index),)
    echo = read_echo(form, declared)
    return JudgedForm(
        index=index,
        header=echo.header,
        references=echo.references,
        employer=echo.employer,
        insz=echo.insz,
        action=None,
        findings=findings,
        position=index,
        line=place.location.line,
    )
