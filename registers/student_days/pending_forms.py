"""Keep forms that wait for the identification of their worker, and read them again; encrypted at rest."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from domain.findings import Finding, Location, Severity
from domain.student_declarations import (
    Address,
    ControlCards,
    DimonaIn,
    EmployerId,
    FormHeader,
    JudgedForm,
    PersonDetails,
    PlaceOfWork,
    Reference,
    SmallStatutes,
    UserFirm,
)
from domain.tickets import Ticket
from registers.persons.numbers import PersonDirectory
from registers.student_days.context import FilingContext
from registers.student_days.pending_tables import PendingForm

_BLOCKS = {
    "employer": EmployerId,
    "cards": ControlCards,
    "small_statutes": SmallStatutes,
    "person": PersonDetails,
}


def keep_forms(
    waiting: Sequence[tuple[JudgedForm, Ticket]], *, persons: PersonDirectory, context: FilingContext
) -> None:
    """Note the forms under their tickets in the running transaction; IntegrityError when one of them waits already."""
    rows = []
    for form, ticket in waiting:
        key_id, ciphertext = persons.hide(_write(form))
        rows.append(
            PendingForm(
                environment=context.environment,
                submission_id=context.submission_id,
                form_index=form.index,
                ticket=str(ticket),
                key_id=key_id,
                ciphertext=ciphertext,
                received_at=context.received_at,
                noted_at=context.filed_at,
            )
        )
    if rows:
        PendingForm.objects.bulk_create(rows)


def read_form(pending: PendingForm, *, persons: PersonDirectory) -> JudgedForm:
    """Return the form that waits; OutageError when its key is missing or the row was tampered with."""
    return _read(persons.reveal(bytes(pending.ciphertext), key_id=pending.key_id))


def settle_form(pending: PendingForm, *, at: datetime) -> None:
    """Note that the form is filed or refused, and forget what it told of its worker."""
    pending.ciphertext, pending.settled_at = b"", at
    pending.save(update_fields=["ciphertext", "settled_at"])


def _write(form: JudgedForm) -> str:
    return json.dumps(asdict(form), default=_write_date)


def _write_date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    message = f"a form holds no {type(value).__name__}"
    raise TypeError(message)


def _read(text: str) -> JudgedForm:
    content = json.loads(text)
    action = _read_action(content["action"])
    return JudgedForm(
        index=content["index"],
        header=None if content["header"] is None else FormHeader(*content["header"]),
        references=tuple(Reference(*one) for one in content["references"]),
        employer=action.employer,
        insz=None,
        action=action,
        findings=tuple(_finding(one) for one in content["findings"]),
        position=content["position"],
        line=content["line"],
        column=content.get("column"),
        places=tuple((tag, Location(**place)) for tag, place in content.get("places", ())),
    )


def _finding(content: dict[str, Any]) -> Finding:
    """Return what was noted of the form by itself: it blocks nothing, and only the register tells of periods."""
    return Finding(
        code=content["code"],
        severity=Severity(content["severity"]),
        detail=content["detail"],
        tag=content["tag"],
        value=content["value"],
        location=_block(Location, content["location"]),
    )


def _read_action(content: dict[str, Any]) -> DimonaIn:
    values = content | {name: _block(kind, content[name]) for name, kind in _BLOCKS.items()}
    user, place = content.get("user_firm"), content["place_of_work"]
    values["starting_date"] = date.fromisoformat(content["starting_date"])
    values["ending_date"] = None if content["ending_date"] is None else date.fromisoformat(content["ending_date"])
    if user is not None:
        values["user_firm"] = UserFirm(**user | {"address": _block(Address, user["address"])})
    if place is not None:
        values["place_of_work"] = PlaceOfWork(place["denomination"], _block(Address, place["address"]))
    return DimonaIn(**values)


def _block(kind: type[Any], content: dict[str, Any] | None) -> Any:  # noqa: ANN401 - one of the blocks above
    return None if content is None else kind(**content)
