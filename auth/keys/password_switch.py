"""The switch by which a company turns signing in with a password off, asked wherever a password would prove somebody (§4.3)."""

from datetime import datetime

from auth.desk import KeyDesk
from auth.models import Login
from auth.proofs import Source
from auth.refusals import KeyRefusedError, SignInRefusal, SignInRefusedError
from auth.signing_in import record_failure
from domain.assurance import Means


def are_passwords_allowed(login: Login, *, desk: KeyDesk) -> bool:
    """Whether no company of the person has switched passwords off; whoever is in no company may use one."""
    return login.person_id is None or desk.companies.passwords_allowed(login.person_id)


def require_passwords_allowed(login: Login, *, source: Source, desk: KeyDesk, at: datetime) -> None:
    """Refuse who typed a right password, own or temporary, where it opens nothing; SignInRefusedError says why."""
    if are_passwords_allowed(login, desk=desk):
        return
    record_failure(SignInRefusal.METHOD_DISABLED, login_id=login.pk, means=str(Means.PASSWORD), source=source, at=at)
    raise SignInRefusedError(
        SignInRefusal.METHOD_DISABLED,
        "Your company has switched off login with password.",
        next_step="Use eID, itsme or another strong key.",
    )


def require_worth_issuing(login: Login, *, desk: KeyDesk) -> None:
    """Refuse to issue a temporary password that could open nothing; KeyRefusedError."""
    if not are_passwords_allowed(login, desk=desk):
        raise KeyRefusedError(
            "A company of this person has switched off signing in with a password, so that codes would open nothing.",
            next_step="The person signs in with eID, itsme or a passkey; without any, `guichet account allow-passwords`.",
        )
