"""Who manages, as the list shows it, and which steps a reader may take with an appointment: nothing that the register would refuse."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from domain.access.refusals import RefusalReason
from domain.access.roles import Appointee, Role, may_any_appoint, may_confirm
from domain.access.standings import Standing
from domain.access.states import AppointmentState
from portal.pages.names import ROLES
from portal.pages.people.offered import is_kept_from, is_stopped_by_operator
from portal.pages.people.words import APPOINTMENT_STATES
from registers.access.models import Appointment


@dataclass(frozen=True, slots=True)
class Manager:
    """An appointment of `own_people.appointments_of`, with what the reader may do; no query."""

    row: Appointment
    standing: Standing
    is_only_one: bool
    """Whether nobody else manages the quality itself, so that he cannot end his own place."""

    @property
    def role(self) -> str:
        """The role, as a word that begins a cell."""
        return capfirst(str(ROLES[self.row.role]))

    @property
    def state(self) -> tuple[Promise, str]:
        """The word for its state, and the colour of its tag."""
        if self.waits:
            return gettext_lazy("To be confirmed"), "yellow"
        return APPOINTMENT_STATES[self.row.state]

    @property
    def waits(self) -> bool:
        """Whether a file proposed it, and nobody confirmed it yet."""
        return self.row.state == AppointmentState.PROPOSED and self.row.confirmed_at is None

    @property
    def is_oneself(self) -> bool:
        """Whether it is of the reader."""
        return bool(self.row.person_id == self.standing.person_id)

    @property
    def is_kept_from_it(self) -> bool:
        """Whether it is neither confirmed nor accepted while a block of the contact centre stands in the company."""
        return self.row.state == AppointmentState.PROPOSED and is_kept_from(self.row)

    @property
    def can_refuse(self) -> bool:
        """Whether the reader refuses what a file proposed."""
        return self.why_not("refuse") is None

    @property
    def can_confirm(self) -> bool:
        """Whether the reader confirms what a file proposed."""
        return self.why_not("confirm") is None

    @property
    def can_decline(self) -> bool:
        """Whether it waits for the reader, who declines it."""
        return self.is_oneself and self.row.state == AppointmentState.PROPOSED and not self.waits

    @property
    def can_accept(self) -> bool:
        """Whether it waits for the reader, who accepts it."""
        return self.can_decline and not self.is_kept_from_it

    @property
    def can_withdraw(self) -> bool:
        """Whether it is whom the reader proposed in his own place."""
        return self._is_own_replacement

    @property
    def can_resign(self) -> bool:
        """Whether it is the place from which the reader resigns."""
        is_own = self.row.role == Role.CHIEF and self.row.state == AppointmentState.ACTIVE and self.is_oneself
        return is_own and self.row.resigned_at is None

    @property
    def can_end(self) -> bool:
        """Whether there is no other word for it: who is proposed is refused, declines, or is withdrawn."""
        has_own_word = self.can_refuse or self.can_decline or self.can_withdraw
        return not has_own_word and self.why_not("end") is None

    @property
    def can_block(self) -> bool:
        """Whether the reader stops the manager."""
        return self.why_not("block") is None

    @property
    def can_unblock(self) -> bool:
        """Whether the reader lets the manager manage again."""
        return self.why_not("unblock") is None

    @property
    def is_stopped_by_operator(self) -> bool:
        """Whether the contact centre alone takes the block back."""
        return is_stopped_by_operator(self.row)

    @property
    def can_anything(self) -> bool:
        """Whether there is any step for the reader."""
        proposed = self.can_refuse or self.can_decline or self.can_withdraw
        return proposed or self.can_end or self.can_block or self.can_unblock or self.can_resign

    def why_not(self, step: str) -> RefusalReason | None:
        """Return why a step is not asked about; None where the register would take it."""
        match step:
            case "confirm" | "refuse":
                return self._why_not_decided(step)
            case "withdraw":
                is_proposal = self.row.state == AppointmentState.PROPOSED
                return self._why_not_ended() if is_proposal else RefusalReason.STATE_FORBIDS
            case "end":
                return self._why_not_ended()
            case _:
                return self._why_not_stopped(step)

    def _why_not_decided(self, step: str) -> RefusalReason | None:
        if not self.waits:
            return RefusalReason.STATE_FORBIDS
        if not may_confirm(self.standing.roles, Role(self.row.role)):
            return RefusalReason.NOT_ENTITLED
        return RefusalReason.STOPPED_BY_OPERATOR if step == "confirm" and self.is_kept_from_it else None

    def _why_not_ended(self) -> RefusalReason | None:
        if self.row.role == Role.CHIEF:
            return None if self._is_own_replacement else RefusalReason.TARGET_OUT_OF_REACH
        if self.is_oneself:
            return RefusalReason.LAST_MANAGER if self.is_only_one else None
        return None if self._is_below else RefusalReason.NOT_ENTITLED

    def _why_not_stopped(self, step: str) -> RefusalReason | None:
        if self.is_oneself:
            return RefusalReason.ONESELF
        if self.row.role == Role.CHIEF:
            return RefusalReason.TARGET_OUT_OF_REACH
        if not self._is_below:
            return RefusalReason.NOT_ENTITLED
        if self.row.state != (AppointmentState.ACTIVE if step == "block" else AppointmentState.BLOCKED):
            return RefusalReason.STATE_FORBIDS
        return RefusalReason.STOPPED_BY_OPERATOR if step == "unblock" and self.is_stopped_by_operator else None

    @property
    def _is_below(self) -> bool:
        return may_any_appoint(self.standing.roles, Appointee(Role(self.row.role).value))

    @property
    def _is_own_replacement(self) -> bool:
        """Whether it is whom the reader, as main access manager, proposed in his own place and nobody confirmed yet."""
        is_proposal = self.row.role == Role.CHIEF and self.waits
        return is_proposal and self.row.created_by == f"person:{self.standing.person_id}"


def managers_of(rows: Sequence[Appointment], standing: Standing) -> list[Manager]:
    """Return all who manage the company or the quality, as the reader sees them."""
    active = [row for row in rows if not Role(row.role).is_of_entity and row.state == AppointmentState.ACTIVE]
    return [Manager(row, standing, is_only_one=[row] == active) for row in rows]


def why_not_taken_up(managers: Sequence[Manager], standing: Standing) -> RefusalReason | None:
    """Return why the reader does not become access manager of the quality; None where the register would let him."""
    if not may_any_appoint(standing.roles, Appointee.MANAGER):
        return RefusalReason.NOT_ENTITLED
    holding = [one for one in managers if one.row.role == Role.MANAGER]
    if any(one.is_oneself for one in holding):
        return RefusalReason.HELD_ALREADY
    chiefs = {one.row.person_id for one in managers if one.row.role == Role.CHIEF and not one.waits}
    return RefusalReason.SECOND_MANAGER if any(one.row.person_id not in chiefs for one in holding) else None
