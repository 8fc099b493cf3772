"""Which steps a reader may take with a user now: pages offer what the register would do, and nothing that it would refuse."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from domain.access.refusals import RefusalReason
from domain.access.roles import Role, stands_above
from domain.access.standings import Standing
from domain.access.states import AccountState
from domain.stops import StoppedBy, is_for_want_of_use, power_of
from registers.access.models import Appointment, UserAccount

_PRESENT = frozenset(AccountState) - {AccountState.REMOVED}
_STATES: Mapping[str, frozenset[AccountState]] = MappingProxyType(
    {
        "attest": frozenset({AccountState.ACTIVE}),
        "block": frozenset({AccountState.ACTIVE}),
        "invite": frozenset({AccountState.INVITED, AccountState.EXPIRED}),
        "remove": _PRESENT,
        "rights": _PRESENT,
        "sign-out": frozenset({AccountState.ACTIVE}),
        "unblock": frozenset({AccountState.BLOCKED}),
        "unlock": _PRESENT,
    }
)
"""In which states of a user there is each step."""

_WITH_ANYBODY = frozenset({"attest", "invite"})
"""The steps that are taken also with who manages above the reader."""

_WITH_ONESELF = _WITH_ANYBODY | {"rights", "unlock"}


def steps_with(user: UserAccount, standing: Standing) -> frozenset[str]:
    """Return the steps that the reader may take with a user of `find_user`; no query."""
    return frozenset(step for step in _STATES if why_not(step, user, standing) is None)


def why_not(step: str, user: UserAccount, standing: Standing) -> RefusalReason | None:
    """Return why a step would be refused to the reader, who manages users here; None where it would be taken."""
    is_oneself = user.person_id == standing.person_id
    if is_oneself and step not in _WITH_ONESELF:
        return RefusalReason.ONESELF
    if not is_oneself and step not in _WITH_ANYBODY and _is_above(user, standing):
        return RefusalReason.TARGET_OUT_OF_REACH
    if not _is_there(step, user):
        return RefusalReason.STATE_FORBIDS
    if step == "unblock" and is_stopped_by_operator(user):
        return RefusalReason.STOPPED_BY_OPERATOR
    if step == "invite" and is_stopped_anywhere(user):
        return RefusalReason.STOPPED_BY_OPERATOR
    return None


def is_stopped_by_operator(row: UserAccount | Appointment) -> bool:
    """Whether the contact centre alone takes the block of a user or a manager back."""
    return bool(row.blocked_by == StoppedBy.OPERATOR)


def is_stopped_anywhere(row: UserAccount | Appointment) -> bool:
    """Whether an operator blocked the person of `own_people` in this or another place of the company, which enters him nowhere."""
    return bool(vars(row)["is_stopped"])


def is_kept_from(row: UserAccount | Appointment) -> bool:
    """Whether such a person takes up nothing of what waits for him; what an operator confirmed he does."""
    confirmed_by = row.confirmed_by if isinstance(row, Appointment) else ""
    return is_stopped_anywhere(row) and power_of(confirmed_by) is not StoppedBy.OPERATOR


def _is_there(step: str, user: UserAccount) -> bool:
    """Whether there is the step in the state of the user; whom the counter blocked for want of use the company blocks for itself."""
    is_unused = step == "block" and is_for_want_of_use(user.blocked_by, user.block_reason)
    return user.state in _STATES[step] or (is_unused and user.state == AccountState.BLOCKED)


def _is_above(user: UserAccount, standing: Standing) -> bool:
    held: Sequence[str] = vars(user)["held_roles"]
    return stands_above((Role(role) for role in held), standing.roles)
