"""Send first codes to users whom a file invited: the name by mail, the temporary password by SMS, a hundred at a time.

It is done apart from the filing: a password takes as long to hash as a hundred declarations to file.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from auth.logins import has_keys
from auth.models import Login, TemporaryCredential, TemporaryCredentialKind
from auth.refusals import KeyRefusedError
from commands.company_accounts.chiefs import send_codes
from domain.access.states import AccountState
from domain.environments import Environment
from registers.access.first_codes import gets_first_codes
from registers.access.models import UserAccount

log = logging.getLogger(__name__)

_AT_ONCE = 100
_REASON = "invited by a file"
_KIND = TemporaryCredentialKind.INVITATION


def send_first_codes(*, at: datetime, limit: int = _AT_ONCE) -> int:
    """Send codes to at most `limit` invited users who have no keys yet; return how many were sent.

    Who has a login already signs in with it, and gets none. Each is sent in a transaction of its own, once for each
    invitation; one that cannot be sent is logged and harms no other.
    """
    sent = 0
    for account in _waiting(at=at)[:limit]:
        try:
            with transaction.atomic():
                if UserAccount.objects.select_for_update(skip_locked=True).filter(pk=account.pk).exists():
                    login = Login.objects.filter(person_id=account.person_id, user_name__isnull=False).first()
                    name = account.user_name if login is None else None
                    company = account.entity
                    send_codes(account.person_id, company=company, user_name=name, reason=_REASON, at=at, kind=_KIND)
                    sent += 1
        except KeyRefusedError as refused:
            log.warning("first codes not sent account=%s: %s", account.pk, refused)
    return sent


def _waiting(*, at: datetime) -> list[UserAccount]:
    """Return the accounts that a file invited whose persons are to get codes, and got none for this invitation yet."""
    has_codes = TemporaryCredential.objects.filter(
        login__person_id=OuterRef("person_id"), issued_at__gte=OuterRef("invited_at")
    )
    rows = UserAccount.objects.filter(
        gets_first_codes(has_keys()),
        ~Exists(has_codes),
        environment=Environment.PRODUCTION,
        state=AccountState.INVITED,
        source__startswith="BATCH:",
        expires_at__gt=at,
    )
    return list(rows.select_related("entity").order_by("pk")[:_AT_ONCE])
