"""Take the request of who wants to be matched or called, and confirm it by mail: an address that was mistyped stays silent."""

from datetime import datetime
from hashlib import sha256
from string import Template

from django.db import transaction

from auth.locksmith import Locksmith
from auth.openid.matching import Reach, ask_to_be_matched
from auth.openid.outcomes import IdentityPending
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.brussels import brussels_date
from domain.languages import Language
from ingest.identity_letters import RECEIVED


@transaction.atomic
def take_request(
    pending: IdentityPending, reach: Reach, *, phone: str, language: Language, locksmith: Locksmith, at: datetime
) -> None:
    """Let the person wait for an officer, and confirm it; `phone` is whom the letter says to call.

    An address gets one letter a day, however many requests name it: anybody may type the address of somebody else.
    """
    ask_to_be_matched(pending, reach, language=language, locksmith=locksmith, at=at)
    subject, body = RECEIVED[language]
    post(
        carrier=Carrier.MAIL,
        recipient=reach.mail,
        subject=subject,
        body=Template(body).substitute(phone=phone),
        occasion=f"identity-request:{brussels_date(at)}:{sha256(reach.mail.lower().encode()).hexdigest()[:32]}",
        at=at,
    )
