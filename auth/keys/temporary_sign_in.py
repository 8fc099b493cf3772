"""The first sign-in with a temporary password: once, then a new password given twice and the national number (§3.4)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from auth.desk import KeyDesk
from auth.keys.code_levels import confines, level_of_password, makes_address_a_key
from auth.keys.email_codes import let_address_be_key
from auth.keys.life import hold_login
from auth.keys.password_setting import put_password
from auth.keys.password_switch import kept_allowed, require_passwords_allowed
from auth.keys.rights import SetUpRight
from auth.limits import limits
from auth.models import (
    Login,
    LoginState,
    LoginTransaction,
    Purpose,
    TemporaryCredential,
    TemporaryCredentialKind,
    TemporaryCredentialState,
)
from auth.proofs import Proof, Source
from auth.refusals import SignInRefusal, SignInRefusedError, wrong
from auth.signing_in import record_failure
from auth.transactions import begin, look, use_up
from domain.assurance import AssuranceLevel, Means
from evidence.audit import append_event

MOST_WRONG_NUMBERS = 3

_OF_OFFICER = "Ask for a video call again, or come to a registration office, for new codes."
_OF_COMPANY = "The responsible person of your company must request new codes."


@dataclass(frozen=True, slots=True)
class ActivationBegun:
    """A temporary password was right and is used up; a new one is wanted, and the national number where there is one."""

    handle: str = field(repr=False)
    asks_number: bool


class CodesOverError(SignInRefusedError):
    """A temporary password was right, and opens nothing any more: `are_of_officer` says who gives another."""

    def __init__(self, reason: SignInRefusal, what: str, *, of: TemporaryCredential) -> None:
        self.are_of_officer = of.kind == TemporaryCredentialKind.ACTIVATION
        super().__init__(reason, what, next_step=_OF_OFFICER if self.are_of_officer else _OF_COMPANY)


def begin_activation(
    login: Login, credential: TemporaryCredential, *, browser: bytes, source: Source, desk: KeyDesk, at: datetime
) -> ActivationBegun:
    """Use the temporary password up; of two who use it at once, one is refused as if it were wrong.

    The browser that used it goes on with it while its minutes last. CodesOverError tells whoever has the right one
    that the time is over (access and login §11) or that a first sign-in was broken off, SignInRefusedError that passwords
    are switched off.
    """
    require_passwords_allowed(login, source=source, desk=desk, at=at)
    if credential.used_at is not None:
        if _is_under_way(credential, browser, at=at):
            return _begin(
                login,
                credential,
                browser=browser,
                until=credential.used_at + limits().keys.first_password,
                desk=desk,
                at=at,
            )
        raise _broken_off(login, credential, source=source, at=at)
    if credential.state != TemporaryCredentialState.ISSUED or credential.expires_at <= at:
        raise _over(login, credential, source=source, at=at)
    used = TemporaryCredential.objects.filter(pk=credential.pk, state=TemporaryCredentialState.ISSUED)
    with kept_allowed(login.pk, source=source, desk=desk, at=at):
        if not used.update(state=TemporaryCredentialState.USED_ONCE, used_at=at):
            raise wrong(SignInRefusal.REPLAYED)
        append_event(
            "account:activation:begun",
            at=at,
            actor=f"login:{login.pk}",
            credential=credential.pk,
            source=source.address,
        )
        return _begin(login, credential, browser=browser, until=at + limits().keys.first_password, desk=desk, at=at)


def _begin(
    login: Login, credential: TemporaryCredential, *, browser: bytes, until: datetime, desk: KeyDesk, at: datetime
) -> ActivationBegun:
    begun = begin(
        Means.PASSWORD,
        purpose=Purpose.ACTIVATE,
        browser=browser,
        login_id=login.pk,
        content={"credential": str(credential.pk)},
        lifetime=until - at,
        locksmith=desk.locksmith,
        at=at,
    )
    asks = login.person_id is not None and desk.persons.has_national_number(login.person_id)
    return ActivationBegun(handle=begun.handle, asks_number=asks)


def _is_under_way(credential: TemporaryCredential, browser: bytes, *, at: datetime) -> bool:
    """Whether this browser used the temporary password, and may still choose another."""
    return (
        credential.state == TemporaryCredentialState.USED_ONCE
        and LoginTransaction.objects.filter(
            login_id=credential.login_id,
            purpose=Purpose.ACTIVATE,
            browser_hash=browser,
            created_at__gte=credential.used_at,
            used_at__isnull=True,
            expires_at__gt=at,
        ).exists()
    )


def _broken_off(login: Login, credential: TemporaryCredential, *, source: Source, at: datetime) -> SignInRefusedError:
    reason = SignInRefusal.ACTIVATION_BROKEN_OFF
    record_failure(reason, login_id=login.pk, means=str(Means.PASSWORD), source=source, at=at)
    return CodesOverError(
        reason, "This temporary password was used already, and no new password was chosen in time.", of=credential
    )


def _over(login: Login, credential: TemporaryCredential, *, source: Source, at: datetime) -> SignInRefusedError:
    _expire(credential, at=at)
    reason = SignInRefusal.ACTIVATION_EXPIRED
    record_failure(reason, login_id=login.pk, means=str(Means.PASSWORD), source=source, at=at)
    append_event(
        "account:activation:expired",
        at=at,
        actor=f"login:{login.pk}",
        credential=credential.pk,
        source=source.address,
    )
    return CodesOverError(reason, "The activation period is over.", of=credential)


def complete_activation(
    handle: str,
    *,
    password: str,
    repeated: str,
    national_number: str,
    browser: bytes,
    source: Source,
    desk: KeyDesk,
    at: datetime,
) -> Proof:
    """Put the new password in place of the temporary one, activate the login and return the proof.

    It is of level 200, or of 100 where a company sent the codes to somebody with a national number. Where a caller had
    them sent to such a person, it counts for the company alone.

    PasswordRefusedError for a weak password, which uses nothing up. SignInRefusedError for a wrong national number; the
    third locks the credential and alerts the company's access managers. It is also raised where a company has switched
    passwords off meanwhile.
    """
    taken = look(handle, browser=browser, locksmith=desk.locksmith, at=at)
    if taken.purpose is not Purpose.ACTIVATE or taken.login_id is None:
        raise wrong(SignInRefusal.TRANSACTION_OVER)
    credential_id = int(taken.content["credential"])
    login = Login.objects.get(pk=taken.login_id)
    require_passwords_allowed(login, source=source, desk=desk, at=at)
    _require_number(login, credential_id, national_number, source=source, desk=desk, at=at)
    with kept_allowed(login.pk, source=source, desk=desk, at=at):
        login = hold_login(login.pk)
        right = _right(login, credential_id, source=source, desk=desk)
        put_password(login, right, password=password, repeated=repeated, desk=desk, at=at)
        use_up(taken, at=at)
        consumed = TemporaryCredential.objects.filter(pk=credential_id, state=TemporaryCredentialState.USED_ONCE)
        if not consumed.update(state=TemporaryCredentialState.CONSUMED, ended_at=at):
            raise wrong(SignInRefusal.TRANSACTION_OVER)
        Login.objects.filter(pk=login.pk, state=LoginState.INVITED).update(state=LoginState.ACTIVE)
        append_event("account:activated", at=at, actor=right.actor, means=str(Means.PASSWORD), source=source.address)
        _keep_address(login, credential_id, right, desk=desk, at=at)
    return Proof(Means.PASSWORD, right.level, login.pk, at, right.confined_to)


def _right(login: Login, credential_id: int, *, source: Source, desk: KeyDesk) -> SetUpRight:
    credential = TemporaryCredential.objects.get(pk=credential_id)
    kind = TemporaryCredentialKind(credential.kind)
    has_number = login.person_id is not None and desk.persons.has_national_number(login.person_id)
    return SetUpRight(
        login.pk,
        level_of_password(kind, has_national_number=has_number),
        f"login:{login.pk}",
        confined_to=credential.company_id if confines(kind, has_national_number=has_number) else None,
        source=source.address,
    )


def _keep_address(login: Login, credential_id: int, right: SetUpRight, *, desk: KeyDesk, at: datetime) -> None:
    """Let the address be a key where an officer had the user name sent: the two ways prove as much as an app (decision 0039)."""
    credential = TemporaryCredential.objects.get(pk=credential_id)
    if login.person_id is None or not makes_address_a_key(TemporaryCredentialKind(credential.kind)):
        return
    address = desk.persons.address_since(login.person_id, credential.issued_at)
    if address is not None:
        let_address_be_key(address, replace(right, level=AssuranceLevel.APP_CODE), desk=desk, at=at)


def _require_number(
    login: Login, credential_id: int, number: str, *, source: Source, desk: KeyDesk, at: datetime
) -> None:
    """Compare the number that was typed; every attempt is counted before it is compared."""
    if login.person_id is None or not desk.persons.has_national_number(login.person_id):
        return
    open_to_tries = TemporaryCredential.objects.filter(
        pk=credential_id, state=TemporaryCredentialState.USED_ONCE, misses__lt=MOST_WRONG_NUMBERS
    )
    if not open_to_tries.update(misses=F("misses") + 1):
        raise wrong(SignInRefusal.WRONG_NUMBER)
    digits = "".join(character for character in number if character in "0123456789")
    if desk.persons.is_national_number(login.person_id, digits):
        TemporaryCredential.objects.filter(pk=credential_id).update(misses=F("misses") - 1)
        return
    record_failure(SignInRefusal.WRONG_NUMBER, login_id=login.pk, means=str(Means.PASSWORD), source=source, at=at)
    full = TemporaryCredential.objects.filter(
        pk=credential_id, state=TemporaryCredentialState.USED_ONCE, misses__gte=MOST_WRONG_NUMBERS
    )
    with transaction.atomic():
        if full.update(state=TemporaryCredentialState.LOCKED, ended_at=at):
            append_event(
                "account:activation:locked",
                at=at,
                actor=f"login:{login.pk}",
                credential=credential_id,
                source=source.address,
            )
            desk.companies.alert(login.person_id, f"activation-locked:{credential_id}")
    raise SignInRefusedError(SignInRefusal.WRONG_NUMBER, "The national number is not correct.")


def _expire(credential: TemporaryCredential, *, at: datetime) -> None:
    TemporaryCredential.objects.filter(pk=credential.pk, state=TemporaryCredentialState.ISSUED).update(
        state=TemporaryCredentialState.EXPIRED, ended_at=at
    )
