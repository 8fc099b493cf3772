"""Where a form of access declarations, and each declaration in it, stands (access §8.5). Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class DeclaredFormState(StrEnum):
    """Whether the declarations of a form were decided, or the whole file waits for a manager (ACCS-060)."""

    FILED = "FILED"
    AWAITING_CONFIRMATION = "AWAITING_CONFIRMATION"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"


class DeclaredState(StrEnum):
    """Where one declaration stands. What is accepted for today is applied at once."""

    RECEIVED = "RECEIVED"
    REFUSED = "REFUSED"
    PENDING_CONFIRMATION = "PENDING_CONFIRMATION"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"
    SCHEDULED = "SCHEDULED"
    APPLIED = "APPLIED"
    FAILED_AT_APPLY = "FAILED_AT_APPLY"


DECLARED_MOVES: Mapping[DeclaredState, frozenset[DeclaredState]] = MappingProxyType(
    {
        DeclaredState.RECEIVED: frozenset(
            {
                DeclaredState.REFUSED,
                DeclaredState.PENDING_CONFIRMATION,
                DeclaredState.SCHEDULED,
                DeclaredState.APPLIED,
                DeclaredState.DECLINED,
                DeclaredState.LAPSED,
            }
        ),
        DeclaredState.PENDING_CONFIRMATION: frozenset(
            {DeclaredState.CONFIRMED, DeclaredState.DECLINED, DeclaredState.LAPSED}
        ),
        DeclaredState.SCHEDULED: frozenset(
            {
                DeclaredState.APPLIED,
                DeclaredState.PENDING_CONFIRMATION,
                DeclaredState.FAILED_AT_APPLY,
                DeclaredState.DECLINED,
            }
        ),
        DeclaredState.REFUSED: frozenset(),
        DeclaredState.CONFIRMED: frozenset(),
        DeclaredState.DECLINED: frozenset(),
        DeclaredState.LAPSED: frozenset(),
        DeclaredState.APPLIED: frozenset(),
        DeclaredState.FAILED_AT_APPLY: frozenset(),
    }
)
"""Every move there is."""
