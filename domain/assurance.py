"""How surely somebody is who he says: means of authentication, and the assurance levels they reach together."""

from collections.abc import Collection
from enum import IntEnum, StrEnum


class AssuranceLevel(IntEnum):
    """Levels in the numbers of the federal authentication service (access and login §4.1); higher is surer."""

    SELF_REGISTERED = 100
    PASSWORD = 200
    TOKEN_CARD = 300
    EMAIL_CODE = 350
    APP_CODE = 400
    ITSME = 450
    EID = 500


class Means(StrEnum):
    """What somebody proves himself with; of eIDAS it is the node that says how sure its means is."""

    EID = "EID"
    ITSME = "ITSME"
    EIDAS = "EIDAS"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a means
    TOTP = "TOTP"
    EMAIL_CODE = "EMAIL_CODE"
    TOKEN_CARD = "TOKEN_CARD"  # noqa: S105 - likewise
    PASSKEY = "PASSKEY"
    RECOVERY_CODE = "RECOVERY_CODE"


SECOND_FACTORS = {
    Means.TOTP: AssuranceLevel.APP_CODE,
    Means.EMAIL_CODE: AssuranceLevel.EMAIL_CODE,
    Means.TOKEN_CARD: AssuranceLevel.TOKEN_CARD,
    Means.RECOVERY_CODE: AssuranceLevel.PASSWORD,
}
"""What a password reaches together with a code. A recovery code only lets a new second factor be set up."""

WITHOUT_PASSWORD = {
    Means.EID: AssuranceLevel.EID,
    Means.ITSME: AssuranceLevel.ITSME,
    Means.PASSKEY: AssuranceLevel.ITSME,
}
"""What a means reaches alone, except eIDAS, whose level its node asserts."""

ISSUED_ELSEWHERE = frozenset({Means.EID, Means.ITSME, Means.EIDAS})
"""Means that nobody sets up here: they are known from their first use on, and come back by the next one."""

DETAILS_LEVEL = AssuranceLevel.TOKEN_CARD
"""From here on employers, pay and contracts are shown (§4.2)."""

CHECKIN_LEVEL = AssuranceLevel.EMAIL_CODE
"""From here on check-ins are made and seen (§4.2)."""

COMPANY_LEVEL = AssuranceLevel.APP_CODE
"""From here on the portal of companies opens (§4.2)."""

MANDATE_LEVEL = AssuranceLevel.ITSME
"""From here on mandates are managed (§4.2)."""

KEY_LEVEL = AssuranceLevel.EID
"""User name and password, token card and authenticator app are set up from here on only (§3.6)."""


def level_with_password(second: Means) -> AssuranceLevel:
    """Return what a password reaches together with `second`; KeyError for what is no second factor."""
    return SECOND_FACTORS[second]


def began_with_password(means: Collection[Means]) -> bool:
    """Whether a stay proven by `means` leans on a password, so that it ends when passwords are switched off."""
    return Means.PASSWORD in means
