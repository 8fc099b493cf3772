"""First keys by a one-time link: from a registration office by mail, with a code on paper, or of a new operator (§3.4)."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from auth.desk import KeyDesk
from auth.keys.life import hold_login
from auth.keys.password_setting import put_password
from auth.keys.rights import SetUpRight
from auth.keys.token_cards import ALPHABET
from auth.limits import limits
from auth.logins import name_login
from auth.models import KeyEnrolment, Login, LoginState, LoginTransaction, Purpose
from auth.proofs import Browser, Proof, Source
from auth.refusals import KeyRefusedError, SignInRefusal, SignInRefusedError
from auth.signing_in import record_failure, recorded
from auth.throttles import Claim, give_back, reserve, source_of
from auth.transactions import Begun, begin, look, new_handle
from domain.assurance import KEY_LEVEL, AssuranceLevel, Means
from domain.sign_in_limits import Scope
from evidence.audit import append_event

MOST_MISSES = 3
_MEANS = "ENROLMENT"
_CODE_LENGTH = 10
_CLOSED = (LoginState.BLOCKED, LoginState.REMOVED)
_CODE_PURPOSE = "enrolment-code"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is handed over, this once: the secret of the link and, from an office, the code on paper."""

    link: str = field(repr=False)
    code: str = field(repr=False)
    expires_at: datetime


def issue_office_enrolment(login_id: int, *, actor: str, desk: KeyDesk, at: datetime) -> Enrolment:
    """Make a link of 14 days and a code on paper, in the place of those before. Neither works without the other."""
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in desk.locksmith.randomness(_CODE_LENGTH))
    return _issue(login_id, code=code, lifetime=limits().keys.office_link, actor=actor, desk=desk, at=at)


def issue_operator_link(login_id: int, *, actor: str, desk: KeyDesk, at: datetime) -> Enrolment:
    """Make a link of 24 hours that needs no code, for who is told it by the one who runs the counter."""
    return _issue(login_id, code="", lifetime=limits().keys.operator_link, actor=actor, desk=desk, at=at)


def open_enrolment(link: str, code: str, *, browser: Browser, source: Source, desk: KeyDesk, at: datetime) -> Begun:
    """Begin to set up first keys. SignInRefusedError for a link that is over or unknown and a wrong code.

    The third wrong code ends the link. TooManyAttemptsError at a limit. Call it outside a transaction.
    """
    claim = Claim(Scope.ENROLMENT_SOURCE, source_of(source.address))
    reservation = reserve([claim], locksmith=desk.locksmith, at=at)
    living = KeyEnrolment.objects.filter(link_hash=_hash(link), ended_at__isnull=True, expires_at__gt=at)
    row = living.first()
    if row is None:
        record_failure(SignInRefusal.TRANSACTION_OVER, login_id=None, means=_MEANS, source=source, at=at)
        raise _over()
    if row.code_hash is not None:
        _require_code(row, code, source=source, desk=desk, at=at)
    give_back(reservation)
    with recorded(row.login_id, means=_MEANS, source=source, at=at), transaction.atomic():
        if hold_login(row.login_id).state in _CLOSED or not living.exists():
            raise _over()
        return begin(
            Means.PASSWORD,
            purpose=Purpose.ENROL,
            browser=browser(),
            login_id=row.login_id,
            content={"enrolment": str(row.pk), "is_office": "yes" if row.code_hash is not None else ""},
            lifetime=limits().keys.first_keys,
            locksmith=desk.locksmith,
            at=at,
        )


def right_to_first_password(handle: str, *, browser: bytes, source: Source, desk: KeyDesk, at: datetime) -> SetUpRight:
    """Return the right that an opened link gives in its browser; SignInRefusedError once it is over.

    An office proved who it is as surely as an eID does; an operator's link proves no more than an app.
    """
    return _look(handle, Q(ended_at__isnull=True), browser=browser, source=source, desk=desk, at=at).right


def right_to_further_keys(handle: str, *, browser: bytes, source: Source, desk: KeyDesk, at: datetime) -> SetUpRight:
    """Return the right to set up more in the browser where name and password were chosen by the link, in its minutes."""
    return _look(handle, Q(used_at__isnull=False), browser=browser, source=source, desk=desk, at=at).right


def complete_enrolment(
    handle: str,
    *,
    user_name: str,
    password: str,
    repeated: str,
    browser: bytes,
    source: Source,
    desk: KeyDesk,
    at: datetime,
) -> Proof:
    """Set user name and password, activate the login and end the link; return the proof (level 200).

    Further keys may be set up in this browser until its minutes are over; in any other the link opens nothing more.
    KeyRefusedError for a name that is taken or a weak password; SignInRefusedError when the link was used meanwhile.
    """
    opened = _look(handle, Q(ended_at__isnull=True), browser=browser, source=source, desk=desk, at=at)
    right = opened.right
    with transaction.atomic():
        login = hold_login(right.login_id)
        used = KeyEnrolment.objects.filter(pk=opened.enrolment_id, ended_at__isnull=True)
        if login.state in _CLOSED or not used.update(used_at=at, ended_at=at):
            raise _over()
        _close_opened(right.login_id, but=opened.transaction_id, at=at)
        name_login(login, user_name, at=at, actor=right.actor, **right.circumstances)
        put_password(login, right, password=password, repeated=repeated, desk=desk, at=at)
        Login.objects.filter(pk=login.pk, state=LoginState.INVITED).update(state=LoginState.ACTIVE)
        append_event("account:activated", at=at, actor=right.actor, means=_MEANS, source=source.address)
    return Proof(means=Means.PASSWORD, level=AssuranceLevel.PASSWORD, login_id=right.login_id, at=at)


def _issue(login_id: int, *, code: str, lifetime: timedelta, actor: str, desk: KeyDesk, at: datetime) -> Enrolment:
    link = new_handle(desk.locksmith)
    with transaction.atomic():
        login = hold_login(login_id)
        if login.state in _CLOSED:
            raise KeyRefusedError("This login is blocked.", next_step="Take the block away first.")
        KeyEnrolment.objects.filter(login_id=login_id, ended_at__isnull=True).update(ended_at=at)
        _close_opened(login_id, at=at)
        made = KeyEnrolment.objects.create(
            login_id=login_id,
            link_hash=_hash(link),
            code_hash=desk.locksmith.digest(code, purpose=_CODE_PURPOSE) if code else None,
            issued_by=actor,
            issued_at=at,
            expires_at=at + lifetime,
        )
        append_event("account:enrolment:issued", at=at, actor=actor, login=login_id, enrolment=made.pk)
    return Enrolment(link=link, code=code, expires_at=made.expires_at)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A link that was opened in a browser: the attempt there, the link, and the right that it gives."""

    transaction_id: int
    enrolment_id: int
    right: SetUpRight


def _look(handle: str, state: Q, *, browser: bytes, source: Source, desk: KeyDesk, at: datetime) -> _Opened:
    """Return the link that was opened, where it is in that state and its login is not blocked; SignInRefusedError."""
    taken = look(handle, browser=browser, locksmith=desk.locksmith, at=at)
    if taken.purpose is not Purpose.ENROL or taken.login_id is None or "enrolment" not in taken.content:
        raise _over()
    enrolment_id = int(taken.content["enrolment"])
    if not KeyEnrolment.objects.filter(state, pk=enrolment_id).exclude(login__state__in=_CLOSED).exists():
        raise _over()
    level = KEY_LEVEL if taken.content["is_office"] else AssuranceLevel.APP_CODE
    return _Opened(
        taken.pk, enrolment_id, SetUpRight(taken.login_id, level, f"login:{taken.login_id}", source=source.address)
    )


def _close_opened(login_id: int, *, but: int = 0, at: datetime) -> None:
    """Let links of the login that were opened give nothing any more, but for one attempt. The caller holds the login."""
    opened = LoginTransaction.objects.filter(login_id=login_id, purpose=Purpose.ENROL, means=Means.PASSWORD)
    opened.filter(used_at__isnull=True).exclude(pk=but).update(used_at=at)


def _require_code(row: KeyEnrolment, code: str, *, source: Source, desk: KeyDesk, at: datetime) -> None:
    counted = KeyEnrolment.objects.filter(pk=row.pk, misses__lt=MOST_MISSES, ended_at__isnull=True)
    if not counted.update(misses=F("misses") + 1):
        record_failure(SignInRefusal.TRANSACTION_OVER, login_id=row.login_id, means=_MEANS, source=source, at=at)
        raise _over()
    typed = "".join(character for character in code.upper() if character.isalnum())
    if hmac.compare_digest(desk.locksmith.digest(typed, purpose=_CODE_PURPOSE), bytes(row.code_hash or b"")):
        KeyEnrolment.objects.filter(pk=row.pk).update(misses=0)
        return
    record_failure(SignInRefusal.WRONG_CODE, login_id=row.login_id, means=_MEANS, source=source, at=at)
    locked = KeyEnrolment.objects.filter(pk=row.pk, misses__gte=MOST_MISSES, ended_at__isnull=True)
    if locked.update(ended_at=at):
        append_event(
            "account:enrolment:locked",
            at=at,
            actor="platform",
            enrolment=row.pk,
            login=row.login_id,
            source=source.address,
        )
    raise SignInRefusedError(
        SignInRefusal.WRONG_CODE, "The code is not correct.", next_step="Look at the paper of the registration office."
    )


def _over() -> SignInRefusedError:
    return SignInRefusedError(
        SignInRefusal.TRANSACTION_OVER,
        "This link is not valid any more.",
        next_step="Ask whoever gave it to you for a new one.",
    )


def _hash(link: str) -> bytes:
    return hashlib.sha256(link.encode()).digest()
