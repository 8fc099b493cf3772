"""The rules that every form obeys, whatever its action: header, references, one action."""

from datetime import date
from functools import lru_cache

from validators.dimona.codes import AnomalyCode
from validators.dimona.rules import Objection, Rule
from validators.dimona.statements import MAX_REMEMBERED, Statement

_ORIGINAL = "0"
_MAX_DATES = 1_024


def status_is_original(statement: Statement) -> Objection | None:
    """A form is an original; changes and cancellations are actions of their own."""
    status = statement.header.attestation_status
    return None if status == _ORIGINAL else Objection("AttestationStatus", f"status {status} is not 0")


def creation_date_is_recent(statement: Statement) -> Objection | None:
    """A form was created in the year of reception or the one before, not after the Brussels day of reception."""
    text, received = statement.header.creation_date, statement.received_on
    if (_is_recent if len(text) <= MAX_REMEMBERED else _is_recent.__wrapped__)(text, received):
        return None
    sentence = f"date {text.strip()} is not in the year of reception, {received}, or the one before"
    return Objection("FormCreationDate", sentence)


@lru_cache(maxsize=_MAX_DATES)
def _is_recent(text: str, received: date) -> bool:
    return f"{received.year - 1:04d}-01-01" <= text.strip() <= received.isoformat()


def references_are_distinct(statement: Statement) -> Objection | None:
    """No two references have the same type and origin; the first that repeats another is told."""
    kinds = [reference[:2] for reference in statement.references]
    if len(set(kinds)) == len(kinds):
        return None
    number = next(number for number, kind in enumerate(kinds) if kind in kinds[:number])
    return Objection(f"Reference[{number + 1}]", "two references have the same type and origin")


def action_is_present(_: Statement) -> Objection | None:
    """A form holds an action; the schema lets it be absent."""
    return Objection("", "the form holds no action")


HEADER_RULES = (
    Rule(AnomalyCode.STATUS_INVALID, "student §1.2, §6.3", status_is_original),
    Rule(AnomalyCode.CREATION_DATE_INVALID, "student §1.2", creation_date_is_recent),
    Rule(AnomalyCode.REFERENCE_REPEATED, "student §3.6", references_are_distinct),
    Rule(AnomalyCode.NO_ACTION, "student §6.4", action_is_present, actions=frozenset({None})),
)
