"""Send first codes to users whom a file invited: the name by mail, the temporary password by SMS, a hundred at a time.

It is done apart from the filing: a password takes as long to hash as a hundred declarations to file.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from auth.models import Login, LoginState, TemporaryCredential, TemporaryCredentialKind
from auth.refusals import KeyRefusedError
from commands.company_accounts.chiefs import send_codes
from domain.access.states import AccountState
from domain.environments import Environment
from registers.access.company_rules import belongs_elsewhere
from registers.access.models import UserAccount
from registers.persons.models import PersonDetails

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
    """Return the accounts that a file invited, whose persons can be reached and have nothing to sign in with.

    A company that switched passwords off sends no codes, and nobody who belongs to another company gets any: they would
    take the place of those that he waits for (decision 0048).
    """
    person = OuterRef("person_id")
    has_keys = Login.objects.filter(person_id=person).exclude(state__in=[LoginState.INVITED, LoginState.REMOVED])
    has_codes = TemporaryCredential.objects.filter(login__person_id=person, issued_at__gte=OuterRef("invited_at"))
    reachable = PersonDetails.objects.filter(person_id=person).exclude(email="").exclude(mobile="")
    rows = UserAccount.objects.filter(
        Exists(reachable),
        ~Exists(has_keys),
        ~Exists(has_codes),
        ~belongs_elsewhere(),
        environment=Environment.PRODUCTION,
        state=AccountState.INVITED,
        source__startswith="BATCH:",
        expires_at__gt=at,
    ).exclude(entity__account__is_password_login_allowed=False)
    return list(rows.select_related("entity").order_by("pk")[:_AT_ONCE])
