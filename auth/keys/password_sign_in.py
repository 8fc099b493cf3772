"""Sign in by user name and password, or by a temporary password: one answer and one duration, whoever exists (§11).

A password locks for 15 minutes after five failures in a row; every other way of signing in stays open.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from auth.desk import KeyDesk
from auth.keys.password_locks import claim_try, forget_failures
from auth.keys.password_switch import require_passwords_allowed
from auth.keys.temporary_sign_in import ActivationBegun, begin_activation
from auth.logins import normalise_user_name
from auth.models import (
    DigitalKey,
    DigitalKeyState,
    Login,
    LoginState,
    TemporaryCredential,
    TemporaryCredentialState,
)
from auth.password_policy import LONGEST
from auth.proofs import Browser, Proof, Source
from auth.refusals import SignInRefusal, SignInRefusedError, wrong
from auth.signing_in import record_failure
from auth.throttles import Claim, give_back, reserve, rewrite, source_of
from domain.assurance import SECOND_FACTORS, AssuranceLevel, Means
from domain.sign_in_limits import Scope

_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True)
class PasswordAccepted:
    """The password is right: its proof (level 200, or 100 of one that a company began), and the codes by which its owner may strengthen it."""

    proof: Proof
    second_factors: tuple[Means, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What a typed password is compared with: a login's own, a temporary one, or a hash that nobody's password has."""

    encoded: str = field(repr=False)
    login: Login | None = None
    key: DigitalKey | None = None
    credential: TemporaryCredential | None = None

    @property
    def password(self) -> DigitalKey | TemporaryCredential | None:
        """The row on which failures in a row are counted."""
        return self.key or self.credential


def prove_password(
    user_name: str, password: str, *, browser: Browser, source: Source, desk: KeyDesk, at: datetime
) -> PasswordAccepted | ActivationBegun:
    """Return the proof of the password, or the first sign-in that a temporary password begins.

    `browser` says what `signing_in.browser_of` does. TooManyAttemptsError at a limit; SignInRefusedError otherwise, in one
    sentence for all that would tell whether the name exists. Call it outside a transaction.
    """
    name = normalise_user_name(user_name)[:_NAME_LENGTH]
    claims = (
        Claim(Scope.LOGIN_USER, name),
        Claim(Scope.LOGIN_SOURCE, source_of(source.address)),
        Claim(Scope.LOGIN_ALL),
    )
    reservation = reserve(claims, locksmith=desk.locksmith, at=at)
    found = _find(name, desk)
    with transaction.atomic():
        rewrite(reservation)  # a commit as dear as that of a counted failure, also where there is none to be counted
        may_try = claim_try(found.password, at=at)
    is_right = desk.locksmith.is_password(password, found.encoded) and len(password) <= LONGEST
    if found.login is None or not is_right or not may_try:
        raise _refuse(found, is_open=may_try, source=source, at=at)
    if found.login.state in {LoginState.BLOCKED, LoginState.REMOVED}:
        raise _fail(SignInRefusal.BLOCKED, found.login, source=source, at=at)
    if found.credential is not None:
        forget_failures(found.credential)
        outcome: PasswordAccepted | ActivationBegun = begin_activation(
            found.login, found.credential, browser=browser(), source=source, desk=desk, at=at
        )
    else:
        outcome = _accept(found.login, found.key, password, source=source, desk=desk, at=at)
    give_back(reservation)
    return outcome


def _find(name: str, desk: KeyDesk) -> _Candidate:
    """Look everything up by the same statements, whether there is such a user or not."""
    login = Login.objects.filter(user_name=name).exclude(state=LoginState.REMOVED).first()
    login_id = login.pk if login else 0
    key = DigitalKey.objects.filter(login_id=login_id, means=Means.PASSWORD, state=DigitalKeyState.ACTIVE).first()
    credential = (
        TemporaryCredential.objects.filter(
            login_id=login_id,
            state__in=[
                TemporaryCredentialState.ISSUED,
                TemporaryCredentialState.USED_ONCE,
                TemporaryCredentialState.EXPIRED,
            ],
        )
        .order_by("-issued_at", "-pk")
        .first()
    )
    if login is not None and key is not None:
        return _Candidate(login.password, login, key)
    if login is not None and credential is not None:
        return _Candidate(credential.encoded, login, None, credential)
    return _Candidate(desk.locksmith.dummy_hash(), login)


def _refuse(found: _Candidate, *, is_open: bool, source: Source, at: datetime) -> SignInRefusedError:
    if found.login is None:
        return _fail(SignInRefusal.UNKNOWN_USER, None, source=source, at=at)
    if not is_open:
        return _fail(SignInRefusal.PASSWORD_LOCKED, found.login, source=source, at=at)
    if found.password is None:
        return _fail(SignInRefusal.NO_SUCH_KEY, found.login, source=source, at=at)
    return _fail(SignInRefusal.WRONG_PASSWORD, found.login, source=source, at=at)


def _accept(
    login: Login, key: DigitalKey | None, password: str, *, source: Source, desk: KeyDesk, at: datetime
) -> PasswordAccepted:
    if login.state != LoginState.ACTIVE or key is None:
        raise _fail(SignInRefusal.BLOCKED, login, source=source, at=at)
    forget_failures(key)
    DigitalKey.objects.filter(pk=key.pk).update(last_used_at=at)
    require_passwords_allowed(login, source=source, desk=desk, at=at)
    if desk.locksmith.needs_rehash(login.password):
        fresh = desk.locksmith.hash_password(password)
        Login.objects.filter(pk=login.pk, password=login.password).update(password=fresh)
    held = DigitalKey.objects.filter(
        login_id=login.pk, means__in=list(SECOND_FACTORS), state=DigitalKeyState.ACTIVE
    ).values_list("means", flat=True)
    offered = tuple(
        means
        for means in SECOND_FACTORS
        if means in set(held) and (means is not Means.TOKEN_CARD or desk.options.token_cards)
    )
    level = min(AssuranceLevel.PASSWORD, AssuranceLevel(key.enrolled_level))
    proof = Proof(Means.PASSWORD, level, login.pk, at, key.confined_to_id)
    return PasswordAccepted(proof, offered)


def _fail(reason: SignInRefusal, login: Login | None, *, source: Source, at: datetime) -> SignInRefusedError:
    record_failure(reason, login_id=login.pk if login else None, means=str(Means.PASSWORD), source=source, at=at)
    return wrong(reason)
