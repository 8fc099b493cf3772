"""The ways of signing in, in two blocks and in their order (PersoPoint sign-in; access and login §4.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domain.assurance import ISSUED_ELSEWHERE, AssuranceLevel, Means


@dataclass(frozen=True, slots=True)
class Way:
    """One line of the sign-in page; `level` is what it reaches."""

    page: str
    means: Means
    level: AssuranceLevel
    title: Promise
    told: Promise


EID = Way(
    "sign-in-eid",
    Means.EID,
    AssuranceLevel.EID,
    _("Sign in with an eID card reader"),
    _("Belgian identity card or foreigner's card, and its PIN"),
)
ITSME = Way(
    "sign-in-itsme",
    Means.ITSME,
    AssuranceLevel.ITSME,
    _("Sign in with itsme"),
    _("The itsme app on your phone"),
)
EIDAS = Way(
    "sign-in-eidas",
    Means.EIDAS,
    AssuranceLevel.ITSME,
    _("Sign in with a key of another European country"),
    _("A means that your country has announced under eIDAS"),
)
PASSKEY = Way(
    "sign-in-passkey",
    Means.PASSKEY,
    AssuranceLevel.ITSME,
    _("Sign in with a passkey"),
    _("The fingerprint, face or code of your own device"),
)
EMAIL = Way(
    "sign-in-email",
    Means.EMAIL_CODE,
    AssuranceLevel.EMAIL_CODE,
    _("Sign in with a security code by e-mail"),
    _("User name, password and a code that we mail to you"),
)
APP = Way(
    "sign-in-app",
    Means.TOTP,
    AssuranceLevel.APP_CODE,
    _("Sign in with a security code by mobile app"),
    _("User name, password and a code of Google Authenticator, Duo Mobile or another app"),
)
TOKEN = Way(
    "sign-in-token",
    Means.TOKEN_CARD,
    AssuranceLevel.TOKEN_CARD,
    _("Sign in with a security code by token"),
    _("User name, password and a code of your card of 24 codes"),
)
PASSWORD = Way(
    "sign-in-password",
    Means.PASSWORD,
    AssuranceLevel.PASSWORD,
    _("Sign in with user name and password alone"),
    _("Shows the remaining hours of a student and the attestation, nothing else"),
)

RECOVERY = Way(
    "sign-in-recovery",
    Means.RECOVERY_CODE,
    AssuranceLevel.PASSWORD,
    _("Sign in with a recovery code"),
    _("User name, password and a code that you kept; you then set up your keys anew"),
)

PARTNER_KEYS = (EID, ITSME, EIDAS, PASSKEY)
"""Block "eID or keys of recognised partners"."""

CODES = (EMAIL, APP, TOKEN)
"""Block "code plus user name and password"."""

FROM_OUTSIDE = tuple(way for way in PARTNER_KEYS if way.means in ISSUED_ELSEWHERE)
"""Ways that show who somebody is, whatever keys he has here."""

WAYS = (*PARTNER_KEYS, *CODES, PASSWORD)

BY_MEANS = {way.means: way for way in (*WAYS, RECOVERY)}


def ways_to(level: int, ways: Iterable[Way]) -> tuple[Way, ...]:
    """Return those of `ways` that reach `level`."""
    return tuple(way for way in ways if way.level >= level)
