"""Decide any form: whom it may speak for, then what its action does (student declarations §3)."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.student_declarations import (
    DailyRegistration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    EmployerId,
    JudgedForm,
)
from registers.access.employers import EmployerStanding
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.cancelling import decide_cancel
from registers.student_days.decisions.changing import decide_update
from registers.student_days.decisions.ending import decide_out
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking, refuse
from registers.student_days.decisions.registering import decide_registration
from registers.student_days.decisions.starting import decide_in

_NOT_ACTIVE: Mapping[type, RegisterAnomaly] = MappingProxyType(
    {
        DimonaIn: RegisterAnomaly.EMPLOYER_NOT_ACTIVE,
        DimonaUpdate: RegisterAnomaly.UPDATED_EMPLOYER_NOT_ACTIVE,
    }
)
"""What a form is told whose employer is known but not active; the catalogue has no code for other actions (§3.6)."""
_TAGS: Mapping[RegisterAnomaly, str] = MappingProxyType(
    {
        RegisterAnomaly.EMPLOYER_NOT_ACTIVE: "DimonaIn",
        RegisterAnomaly.UPDATED_EMPLOYER_NOT_ACTIVE: "DimonaUpdate",
    }
)


def decide(form: JudgedForm, surroundings: Surroundings) -> Decision:
    """Return what becomes of the form; the surroundings hold its effect afterwards.

    Raises ValueError for a form without a blocking finding that has no action either.
    """
    if form.is_blocked:
        return Decision(form, form.findings)
    obstacle = employer_obstacle(form, surroundings.employers)
    if obstacle is not None:
        return refuse(form, blocking(obstacle, form, tag=_TAGS.get(obstacle, "EmployerId")))
    return _decide_action(form, surroundings)


def _decide_action(form: JudgedForm, surroundings: Surroundings) -> Decision:
    match form.action:
        case DimonaIn() as action:
            return decide_in(form, action, surroundings)
        case DimonaOut() as action:
            return decide_out(form, action, surroundings)
        case DimonaUpdate() as action:
            return decide_update(form, action, surroundings)
        case DimonaCancel() as action:
            return decide_cancel(form, action, surroundings)
        case DailyRegistration() as action:
            return decide_registration(form, action, surroundings)
        case _:
            message = f"form {form.index} has no blocking finding, but nothing that can be filed either"
            raise ValueError(message)


def employer_obstacle(form: JudgedForm, employers: Mapping[EmployerId, EmployerStanding]) -> RegisterAnomaly | None:
    """Return why the sender cannot declare for the employer that the form names, if it names one."""
    if form.employer is None:
        return None
    standing = employers.get(form.employer)
    if standing is None:
        return RegisterAnomaly.EMPLOYER_UNKNOWN
    if not standing.is_active:
        return _NOT_ACTIVE.get(type(form.action), RegisterAnomaly.EMPLOYER_UNKNOWN)
    return None if standing.is_covered else RegisterAnomaly.NO_MANDATE
