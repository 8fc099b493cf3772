"""Actions, states and reasons of access declarations in the reader's words."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domain.access_declarations import Action, Reason
from domain.access_states import DeclaredFormState, DeclaredState

USER, MANAGER, TECHNICAL, SENDER = "USER", "MANAGER", "TECHNICAL", "SENDER"
"""Whom a declaration is about, as it is kept."""

TITLES: Mapping[tuple[str, str], Promise] = MappingProxyType(
    {
        (USER, Action.CREATE): _("Invite a user"),
        (USER, Action.UPDATE): _("Change how a user is reached"),
        (USER, Action.BLOCK): _("Block a user"),
        (USER, Action.UNBLOCK): _("Unblock a user"),
        (USER, Action.REMOVE): _("Remove a user"),
        (USER, Action.GRANT): _("Give a user rights"),
        (USER, Action.REVOKE): _("Take rights from a user"),
        (USER, Action.REPLACE): _("Replace the rights of a user"),
        (MANAGER, Action.CREATE): _("Appoint an access manager"),
        (MANAGER, Action.BLOCK): _("Block an access manager"),
        (MANAGER, Action.UNBLOCK): _("Unblock an access manager"),
        (MANAGER, Action.REMOVE): _("End the appointment of an access manager"),
        (TECHNICAL, Action.CREATE): _("Name a technical user"),
        (TECHNICAL, Action.UPDATE): _("Change how a technical user is reached"),
        (TECHNICAL, Action.BLOCK): _("Block a technical user"),
        (TECHNICAL, Action.UNBLOCK): _("Unblock a technical user"),
        (TECHNICAL, Action.REMOVE): _("Remove a technical user"),
        (SENDER, Action.BLOCK): _("Suspend a sender"),
        (SENDER, Action.REVOKE): _("Take services from a sender"),
    }
)
UNREADABLE = _("Declaration that could not be read")

STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        DeclaredState.RECEIVED: (_("Waits with its file"), "yellow"),
        DeclaredState.REFUSED: (_("Refused"), "red"),
        DeclaredState.PENDING_CONFIRMATION: (_("To be confirmed"), "yellow"),
        DeclaredState.CONFIRMED: (_("Confirmed"), "green"),
        DeclaredState.DECLINED: (_("Declined"), "red"),
        DeclaredState.LAPSED: (_("Lapsed"), "grey"),
        DeclaredState.SCHEDULED: (_("Scheduled"), "blue"),
        DeclaredState.APPLIED: (_("Done"), "green"),
        DeclaredState.FAILED_AT_APPLY: (_("Failed on its day"), "red"),
    }
)
"""Each state with the colour of its tag."""

TO_BE_ACCEPTED = (_("To be accepted"), "blue")
"""Confirmed already, and the person has yet to accept it."""

FILE_STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        DeclaredFormState.FILED: (_("Done"), "green"),
        DeclaredFormState.AWAITING_CONFIRMATION: (_("To be confirmed"), "yellow"),
        DeclaredFormState.CONFIRMED: (_("Confirmed"), "green"),
        DeclaredFormState.DECLINED: (_("Declined"), "red"),
        DeclaredFormState.LAPSED: (_("Lapsed"), "grey"),
    }
)

REASONS: Mapping[str, Promise] = MappingProxyType(
    {
        Reason.LEAVER: _("the person leaves"),
        Reason.ROLE_CHANGE: _("the person gets other work"),
        Reason.SECURITY: _("for safety"),
        Reason.OTHER: _("another reason"),
    }
)

CONSEQUENCES: Mapping[tuple[str, str], Promise] = MappingProxyType(
    {
        (MANAGER, Action.CREATE): _(
            "Once you confirm it, the person can accept the appointment. It counts from then on."
        ),
        (MANAGER, Action.UNBLOCK): _("Once you confirm it, the person can manage again at once."),
        (TECHNICAL, Action.CREATE): _("Once you confirm it, this technical user is the one of your quality."),
    }
)
"""What a confirmation does."""


def title_of(subject: str, action: str) -> str:
    """Return what a declaration asks for."""
    return str(TITLES.get((subject, action), UNREADABLE))
