"""Judge a Dimona payload form by form: its structure by the schema, then the rules that fit its action."""

from collections.abc import Iterator
from datetime import date, datetime
from types import MappingProxyType
from typing import BinaryIO

from lxml import etree

from domain.brussels import brussels_date
from domain.findings import Finding, Severity
from domain.student_declarations import STUDENT, DimonaAction, DimonaCancel, DimonaIn, JudgedForm, OtherAction
from validators.dimona.codes import AnomalyCode
from validators.dimona.echoes import read_echo
from validators.dimona.rules import HEADER_RULES, PARTY_RULES, Objection, Rule
from validators.dimona.statements import CANCEL, IN, REFERENCE, DimonaRuleSettings, Statement, read_statement
from validators.dimona.student_rules import CANCEL_RULES, FEATURES_RULES, STUDENT_IN_RULES
from validators.explaining import MAX_VALUE, Place, explain, place_of_form
from validators.reading import FormStream, ReadingLimits
from validators.schemas import SchemaVersion
from validators.structures import form_of

NOT_OPEN = MappingProxyType(
    {
        IN: AnomalyCode.START_NOT_OPEN,
        "DimonaOut": AnomalyCode.END_NOT_OPEN,
        "DimonaUpdate": AnomalyCode.UPDATE_NOT_OPEN,
        "DailyRegistrationDeclaration": AnomalyCode.DAILY_REGISTRATION_NOT_OPEN,
    }
)
"""What is answered to an action that is not handled: the number of its own block, then 450."""

_NO_ACTION_RULES = HEADER_RULES
_UNKNOWN_WORKER_RULES = (*HEADER_RULES, *PARTY_RULES, *FEATURES_RULES)
_STUDENT_RULES = (*HEADER_RULES, *PARTY_RULES, *FEATURES_RULES, *STUDENT_IN_RULES)
_CANCEL_RULES = (*HEADER_RULES, *PARTY_RULES, *CANCEL_RULES)
_FORM_FIELDS = frozenset({"AttestationStatus", "FormCreationDate", REFERENCE})


def judge_forms(
    payload: BinaryIO,
    *,
    schema: SchemaVersion,
    received_at: datetime,
    settings: DimonaRuleSettings = DimonaRuleSettings(),  # noqa: B008 - a frozen value
    limits: ReadingLimits = ReadingLimits(),  # noqa: B008 - a frozen value
) -> Iterator[JudgedForm]:
    """Yield what is to be said of every form, in document order; memory does not grow with the payload.

    The payload is one that `check_frame` took, from its first byte; otherwise that function's Refusals are raised here,
    possibly after some forms. `received_at` is aware; dates are compared with its Brussels day. A form that its schema
    refuses has the faults of its structure and no action; the rules then stay silent (batch protocol §5, "What a schema
    error refuses").
    """
    compiled = schema.compiled()
    received_on = brussels_date(received_at)
    for index, form in enumerate(FormStream(payload, limits=limits), start=1):
        if compiled.validate(form):
            yield _judge_sound(form, index, received_on=received_on, settings=settings)
        else:
            yield _judge_unsound(form, index, schema=schema)


def _judge_unsound(form: etree._Element, index: int, *, schema: SchemaVersion) -> JudgedForm:
    place, declared = place_of_form(form, index=index), form_of(schema.definition)
    findings = explain(place, declared)
    if not findings:
        findings = (_finding(AnomalyCode.FORM_INVALID, Severity.BLOCKING, Objection("", "not valid"), form, index),)
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


def _judge_sound(form: etree._Element, index: int, *, received_on: date, settings: DimonaRuleSettings) -> JudgedForm:
    statement = read_statement(form, received_on=received_on, settings=settings)
    action, rules = _action_of(statement)
    if isinstance(action, OtherAction):
        closed = Objection("", f"{action.tag} is not handled")
        findings = [_finding(NOT_OPEN[action.tag], Severity.BLOCKING, closed, form, index)]
    else:
        findings = [
            _finding(rule.code, rule.severity, objection, form, index)
            for rule in rules
            if (objection := rule.function(statement)) is not None
        ]
    return JudgedForm(
        index=index,
        header=statement.header,
        references=statement.references,
        employer=statement.employer,
        insz=statement.insz,
        action=action,
        findings=tuple(findings),
        position=index,
        line=place_of_form(form, index=index).location.line,
    )


def _action_of(statement: Statement) -> tuple[DimonaAction | None, tuple[Rule, ...]]:
    """Return the action as a value and the rules it obeys."""
    if statement.action is None:
        return None, _NO_ACTION_RULES
    if statement.action == CANCEL:
        return DimonaCancel(statement.period_id, statement.insz, statement.employer), _CANCEL_RULES
    if statement.action == IN and statement.worker_type in {None, STUDENT}:
        rules = _UNKNOWN_WORKER_RULES if statement.worker_type is None else _STUDENT_RULES
        return _read_in(statement), rules
    return OtherAction(statement.action), ()


def _read_in(statement: Statement) -> DimonaIn:
    return DimonaIn(
        starting_date=statement.starting_date,
        ending_date=statement.ending_date,
        planned_hours=statement.number("PlannedHoursNbr"),
        planned_days=statement.number("PlannedDaysNbr"),
        employer=statement.employer,
        insz=statement.insz,
        joint_commission=statement.joint_commission,
        worker_type=statement.worker_type,
        using_employer=statement.using_employer,
        place_of_work=statement.place_of_work,
        cards=statement.cards,
    )


def _finding(code: AnomalyCode, severity: Severity, objection: Objection, form: etree._Element, index: int) -> Finding:
    place, tag = _locate(form, index, objection.path)
    value = place.node.text if place.node.tag == tag and not len(place.node) else None
    return Finding(
        code=str(code),
        severity=severity,
        detail=f"{code.sentence[:-1]}: {objection.sentence}",
        tag=tag,
        value=value.strip()[:MAX_VALUE] if value else None,
        location=place.location,
    )


def _locate(form: etree._Element, index: int, path: str) -> tuple[Place, str]:
    """Return the element at `path`, or the nearest one above it that is there, and the name of the element meant."""
    place = place_of_form(form, index=index)
    steps = path.split("/") if path else []
    if not steps or steps[0] not in _FORM_FIELDS:
        last = list(place.children())[-1]
        place = last if last.node.tag in NOT_OPEN or last.node.tag == CANCEL else place
    tag = steps[-1] if steps else str(place.node.tag)
    for step in steps:
        inner = next((child for child in place.children() if child.node.tag == step), None)
        if inner is None:
            break
        place = inner
    return place, tag
