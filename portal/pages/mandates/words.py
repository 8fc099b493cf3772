"""Groups of services and states of a mandate in the reader's words."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.access.services import ServiceGroup
from registers.access.models import MandateState

GROUPS: Mapping[str, Promise] = MappingProxyType(
    {
        ServiceGroup.DIMONA: gettext_lazy("Dimona declarations"),
        ServiceGroup.CHECK_INS: gettext_lazy("Registrations of presence (Checkinatwork)"),
        ServiceGroup.ACCESS_MANAGEMENT: gettext_lazy("Access of users"),
    }
)
"""What a company lets another do for it; its account is never another's to manage."""

BY_WHOM = gettext_lazy(
    "The main access manager, or who manages mandates in the standard quality of your company, agrees to mandates and ends them."
)

STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        MandateState.PENDING: (gettext_lazy("Waits to be accepted"), "yellow"),
        MandateState.ACTIVE: (gettext_lazy("In force"), "green"),
        MandateState.REFUSED: (gettext_lazy("Refused"), "red"),
        MandateState.CLOSED: (gettext_lazy("Ended"), "grey"),
    }
)
"""Each state with the colour of its tag."""

TO_COME: tuple[Promise, str] = (gettext_lazy("Begins later"), "blue")
RUN_OUT: tuple[Promise, str] = (gettext_lazy("Run out"), "grey")


def quarter_name(written: str) -> str:
    """Return the quarter that is written YYYYQ as people say it."""
    return _("quarter %(number)s of %(year)s") % {"number": written[4:], "year": written[:4]}
