"""Tell who sent a registration, and who withdrew it: a company by name and number, or the worker himself (§5.1)."""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.namesakes import numbered
from portal.pages.parts import SummaryRow
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


def sent_by(row: Presence, names: Mapping[str, str], *, reader: Reader) -> SummaryRow:
    """Return who sent a version; `names` are those of companies by number."""
    return SummaryRow(_("Sent by"), told_company(row.brought_by, names) or str(_SENT[reader]))


def cancelled_by(step: PresenceStep, names: Mapping[str, str], *, reader: Reader) -> str:
    """Return who withdrew it, of a step."""
    company = told_company(step.brought_by, names)
    return _("Cancelled by %(company)s") % {"company": company} if company else str(_CANCELLED[reader])


def told_company(number: str, names: Mapping[str, str]) -> str:
    """Return a company by name and number, or by number where it is not known here; empty for none."""
    name = names.get(number)
    return numbered(name, number) if name else number
