"""The switch by which a company turns signing in with a password off, asked wherever a password would prove somebody (§4.3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from auth.desk import KeyDesk
from auth.models import Login
from auth.proofs import Source
from auth.refusals import PasswordsOffError, SignInRefusal, SignInRefusedError
from auth.signing_in import record_failure, recorded
from domain.assurance import Means


def require_passwords_allowed(login: Login, *, source: Source, desk: KeyDesk, at: datetime) -> None:
    """Refuse who typed a right password, own or temporary, where it opens nothing; SignInRefusedError says why."""
    if login.person_id is not None and not desk.companies.passwords_allowed(login.person_id):
        raise _switched_off(login, source=source, at=at)


@contextmanager
def kept_allowed(
    login_id: int, *, source: Source, desk: KeyDesk, at: datetime, means: str = str(Means.PASSWORD)
) -> Iterator[None]:
    """Do in one transaction what a password opens, while none of the person's companies can switch passwords off.

    SignInRefusedError where one has; it is recorded, as any that is raised meanwhile, whose own record goes with the
    transaction. `means` is by what the person proves himself. A switch that comes meanwhile waits, and then ends the stay that was begun. Companies
    are held before the login, as those do who manage them; call it before the login is held.
    """
    login = Login.objects.get(pk=login_id)
    with recorded(login_id, means=means, source=source, at=at), transaction.atomic():
        if _hold_allowed(login, desk=desk):
            yield
            return
    raise _switched_off(login, source=source, at=at)


def hold_worth_issuing(login_id: int, *, desk: KeyDesk) -> None:
    """Refuse to issue a temporary password that could open nothing; PasswordsOffError.

    Where it could, that stays so until the running transaction ends. Call it before the login is held.
    """
    if not _hold_allowed(Login.objects.get(pk=login_id), desk=desk):
        raise PasswordsOffError


def _hold_allowed(login: Login, *, desk: KeyDesk) -> bool:
    """Whether no company of the person has switched passwords off; whoever is in no company may use one."""
    return login.person_id is None or desk.companies.hold_passwords_allowed(login.person_id)


def _switched_off(login: Login, *, source: Source, at: datetime) -> SignInRefusedError:
    record_failure(SignInRefusal.METHOD_DISABLED, login_id=login.pk, means=str(Means.PASSWORD), source=source, at=at)
    return SignInRefusedError(
        SignInRefusal.METHOD_DISABLED,
        "Your company has switched off login with password.",
        next_step="Use eID, itsme or another strong key.",
    )
