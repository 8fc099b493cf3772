"""Tell an operator that the revocation data of an authority are missing or grow old; once a day each."""

import hashlib
from datetime import datetime

from correspondence.models import Carrier
from correspondence.outbox import post
from domain.brussels import brussels_date


def tell_of_missing_data(issuer: str, sentence: str, *, operator_address: str, at: datetime) -> None:
    """Tell that submissions signed under `issuer` (RFC 4514) are held; `sentence` says what is missing."""
    post(
        carrier=Carrier.MAIL,
        recipient=operator_address,
        subject="Submissions are held: revocation data are missing or too old",
        body=(
            f"{_capital(sentence)}.\n\nSubmissions signed under this authority are held and tried again until there are "
            "newer data; nobody is refused for it. See where they come from, and fetch them:\n\n"
            "    guichet trust list\n    guichet trust refresh\n"
        ),
        occasion=_occasion("missing", issuer, at=at),
        at=at,
    )


def tell_of_ageing_data(issuer: str, *, last_seen: datetime, operator_address: str, at: datetime) -> None:
    """Tell that the data of `issuer` (RFC 4514) were last seen at their source so long ago that they will not do soon."""
    post(
        carrier=Carrier.MAIL,
        recipient=operator_address,
        subject="Revocation data grow old",
        body=(
            f"The revocation data of {issuer} were last seen at their source on {last_seen.isoformat()}. They are "
            "relied on for as long again; then submissions signed under this authority are held. See what keeps them "
            "from being renewed:\n\n    guichet trust refresh\n"
        ),
        occasion=_occasion("ageing", issuer, at=at),
        at=at,
    )


def _occasion(kind: str, issuer: str, *, at: datetime) -> str:
    return f"revocation-{kind}:{brussels_date(at)}:{hashlib.sha256(issuer.encode()).hexdigest()[:32]}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
