"""Tell who sent a registration, and who withdrew it: a company by name and number, or the worker himself (§5.1)."""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.environments import Environment
from portal.pages.parts import SummaryRow
from registers.access.models import Entity
from registers.checkins.models import Presence, PresenceStep


class Reader(Enum):
    """Who reads of a registration: the worker whose it is, or somebody else."""

    ONESELF = auto()
    ANOTHER = auto()


_SENT: Mapping[Reader, Promise] = MappingProxyType(
    {Reader.ONESELF: gettext_lazy("yourself"), Reader.ANOTHER: gettext_lazy("the worker")}
)
_CANCELLED: Mapping[Reader, Promise] = MappingProxyType(
    {
        Reader.ONESELF: gettext_lazy("Cancelled by yourself"),
        Reader.ANOTHER: gettext_lazy("Cancelled by the worker"),
    }
)


def bringer_name() -> Subquery:
    """Return the name of the company of a row's `brought_by`, to be read with the row; None for one not known here."""
    known = Entity.objects.filter(environment=Environment.PRODUCTION, company_number=OuterRef("brought_by"))
    return Subquery(known.values("name")[:1])


def sent_by(row: Presence, *, reader: Reader) -> SummaryRow:
    """Return who sent a version that was read with its `bringer_name`."""
    return SummaryRow(_("Sent by"), _company(row) or str(_SENT[reader]))


def cancelled_by(step: PresenceStep, *, reader: Reader) -> str:
    """Return who withdrew it, of a step that was read with its `bringer_name`."""
    company = _company(step)
    return _("Cancelled by %(company)s") % {"company": company} if company else str(_CANCELLED[reader])


def _company(row: Presence | PresenceStep) -> str:
    """Return the company that brought it; empty for the worker himself."""
    name: str | None = row.bringer_name  # type: ignore[union-attr]
    return f"{name} ({row.brought_by})" if name else row.brought_by
