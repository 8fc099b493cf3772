"""How pages call keys, states and qualities, by the official words of each language."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from auth.models import DigitalKeyState
from domain.access.qualities import Quality
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.assurance import Means
from domain.languages import Language
from domain.opening_hours import OpeningHours
from domain.written_dates import render_opening_hours

MEANS: Mapping[str, Promise] = MappingProxyType(
    {
        Means.EID: _("eID or foreigner's card"),
        Means.ITSME: _("itsme"),
        Means.EIDAS: _("key of another European country"),
        Means.PASSWORD: _("user name and password"),
        Means.TOTP: _("mobile app"),
        Means.EMAIL_CODE: _("code by e-mail"),
        Means.TOKEN_CARD: _("token (card with 24 codes)"),
        Means.PASSKEY: _("passkey"),
        Means.RECOVERY_CODE: _("recovery codes"),
    }
)

KEY_STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        DigitalKeyState.PENDING: (_("not confirmed yet"), "yellow"),
        DigitalKeyState.ACTIVE: (_("active"), "green"),
        DigitalKeyState.SUSPENDED: (_("suspended"), "red"),
    }
)
"""The word for a state, and the colour of its tag."""

QUALITIES: Mapping[str, Promise] = MappingProxyType(
    {
        Quality.EMPLOYER: _("NSSO employer"),
        Quality.LOCAL_AUTHORITY: _("provincial or local authority"),
        Quality.SERVICE_PROVIDER: _("service provider"),
        Quality.SOCIAL_SECRETARIAT: _("social secretariat"),
    }
)

ROLES: Mapping[str, Promise] = MappingProxyType(
    {
        Role.CHIEF: _("main access manager"),
        Role.CO_CHIEF: _("co-main access manager"),
        Role.MANAGER: _("access manager"),
        Role.CO_MANAGER: _("co-access manager"),
    }
)

SERVICES: Mapping[str, Promise] = MappingProxyType(
    {
        ServiceCode.DIMONA: _("Dimona declarations"),
        ServiceCode.CHECK_INS: _("Registrations of presence (Checkinatwork)"),
        ServiceCode.ACCESS: _("Access declarations"),
        ServiceCode.CHANNELS: _("Channels of structured reports"),
        ServiceCode.EBOX: _("e-Box of the company"),
        ServiceCode.MANDATES: _("Mandates"),
    }
)

RIGHTS: Mapping[str, Promise] = MappingProxyType(
    {Right.CONSULT: _("consult"), Right.DECLARE: _("consult and declare"), Right.MANAGE: _("consult and manage")}
)


def quality_name(code: str) -> str:
    """Return the name of a quality in the reader's language; its code where there is none."""
    return str(QUALITIES.get(code, code))


def means_name(means: str) -> str:
    """Return the names of the means that are joined by +, in the reader's language."""
    return " + ".join(str(MEANS.get(each, each)) for each in means.split("+") if each)


def hours_name(hours: OpeningHours) -> str:
    """Return opening hours in words of the reader's language, such as Monday to Friday from 9 to 12."""
    return render_opening_hours(hours, Language(get_language() or Language.EN))
