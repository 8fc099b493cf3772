"""Strengthen a password by a code: by app, by e-mail, from a token card, or a recovery code (access and login §4.1)."""

from dataclasses import dataclass, field
from datetime import datetime

from auth.desk import KeyDesk
from auth.keys import email_codes, recovery_codes, token_cards, totp
from auth.keys.life import find_active
from auth.keys.password_switch import kept_allowed
from auth.limits import limits
from auth.models import DigitalKey, DigitalKeyState, Login, Purpose, Session
from auth.proofs import Proof, Source
from auth.refusals import SignInRefusal, SignInRefusedError, wrong
from auth.signing_in import record_failure, recorded
from auth.throttles import Claim, give_back, reserve, source_of
from auth.transactions import Taken, begin, count_try, look, use_up
from domain.assurance import SECOND_FACTORS, AssuranceLevel, Means, level_with_password
from domain.sign_in_limits import Scope


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is asked for: a code by these means; of a token card the one at `place`, of a mail where it went, masked."""

    handle: str = field(repr=False)
    means: Means
    place: int | None = None
    sent_to: str = ""


def password_proof_of(stay: Session) -> Proof | None:
    """Return the password's proof where a password proved the stay, so that a code alone strengthens it."""
    if stay.login_id is None or stay.authenticated_at is None or Means.PASSWORD not in stay.proven_means:
        return None
    level = AssuranceLevel(min(stay.reached_level, AssuranceLevel.PASSWORD))
    return Proof(Means.PASSWORD, level, stay.login_id, stay.authenticated_at, stay.confined_to_id)


def begin_second_factor(
    first: Proof, means: Means, *, purpose: Purpose, browser: bytes, source: Source, desk: KeyDesk, at: datetime
) -> Challenge:
    """Ask for a code after a right password; SignInRefusedError where its owner has no such key that works.

    TooManyAttemptsError when three codes were mailed in 15 minutes. Call it outside a transaction.
    """
    if first.means is not Means.PASSWORD or means not in SECOND_FACTORS:
        raise ValueError(f"a code strengthens a password, not {first.means} by {means}")
    key = find_active(first.login_id, means)
    place = token_cards.ask_place(key, at=at) if key is not None and means is Means.TOKEN_CARD else None
    is_off = means is Means.TOKEN_CARD and (not desk.options.token_cards or place is None)
    password = find_active(first.login_id, Means.PASSWORD)
    if key is None or password is None or is_off:
        record_failure(SignInRefusal.NO_SUCH_KEY, login_id=first.login_id, means=str(means), source=source, at=at)
        raise SignInRefusedError(
            SignInRefusal.NO_SUCH_KEY, "You have no such key, or it is suspended.", next_step="Choose another key."
        )
    content = {
        "password_at": first.at.isoformat(),
        "password_key": str(password.pk),
        "key": str(key.pk),
        "place": str(place or ""),
    }
    sent_to = ""
    if means is Means.EMAIL_CODE:
        login = Login.objects.get(pk=first.login_id)
        mailed = email_codes.post_code(login, email_codes.address_of(key, desk=desk), desk=desk, at=at)
        content["digest"], sent_to = mailed.digest, mailed.masked
    begun = begin(
        means,
        purpose=purpose,
        browser=browser,
        login_id=first.login_id,
        content=content,
        locksmith=desk.locksmith,
        at=at,
    )
    return Challenge(handle=begun.handle, means=means, place=place, sent_to=sent_to)


def prove_second_factor(
    handle: str, code: str, *, purpose: Purpose, browser: bytes, source: Source, desk: KeyDesk, at: datetime
) -> tuple[Proof, Proof]:
    """Return the proofs of the password and of the code, for `sign_in` or `step_up`.

    TooManyAttemptsError at a limit of codes (5 in 5 minutes, 20 an hour, 50 a day); SignInRefusedError for a wrong code,
    for an attempt that is over, and where the password opens nothing any more: a company switched passwords off since it
    was typed (§4.3), or another one took its place. No code is used up then. Call it outside a transaction.
    """
    by_source = Claim(Scope.CODE_SOURCE, source_of(source.address))
    try:
        login_id, taken = _look(handle, purpose=purpose, browser=browser, desk=desk, at=at)
    except SignInRefusedError as refused:
        reserve([by_source], locksmith=desk.locksmith, at=at)
        record_failure(refused.reason, login_id=None, means=str(Means.PASSWORD), source=source, at=at)
        raise
    reservation = reserve([Claim(Scope.CODE_USER, str(login_id)), by_source], locksmith=desk.locksmith, at=at)
    with recorded(login_id, means=str(taken.means), source=source, at=at):
        count_try(taken, most=limits().keys.code_tries)
    key = DigitalKey.objects.select_related("login").get(pk=int(taken.content["key"]))
    typed = _require_password_still(key.login, taken, source=source, at=at)
    with kept_allowed(key.login_id, source=source, desk=desk, at=at):
        is_right = key.state == "ACTIVE" and _use(key, taken, code, desk=desk, at=at)
    if not is_right:
        record_failure(SignInRefusal.WRONG_CODE, login_id=login_id, means=str(taken.means), source=source, at=at)
        raise wrong(SignInRefusal.WRONG_CODE)
    with recorded(login_id, means=str(taken.means), source=source, at=at):
        use_up(taken, at=at)
    give_back(reservation)
    password = Proof(
        Means.PASSWORD,
        AssuranceLevel.PASSWORD,
        login_id,
        datetime.fromisoformat(taken.content["password_at"]),
        typed.confined_to_id,
    )
    return password, Proof(taken.means, level_with_password(taken.means), login_id, at, key.confined_to_id)


def _look(handle: str, *, purpose: Purpose, browser: bytes, desk: KeyDesk, at: datetime) -> tuple[int, Taken]:
    """Return whose code is asked for, and what was begun; SignInRefusedError where nothing of the kind is under way."""
    taken = look(handle, browser=browser, locksmith=desk.locksmith, at=at)
    if taken.login_id is None or taken.purpose is not purpose or taken.means not in SECOND_FACTORS:
        raise wrong(SignInRefusal.TRANSACTION_OVER)
    return taken.login_id, taken


def _require_password_still(login: Login, taken: Taken, *, source: Source, at: datetime) -> DigitalKey:
    """Return the password that was typed before the code; refuse the code where it is the login's no more."""
    typed = DigitalKey.objects.filter(
        pk=int(taken.content.get("password_key", 0)), login=login, state=DigitalKeyState.ACTIVE
    ).first()
    if typed is None:
        reason = SignInRefusal.TRANSACTION_OVER
        record_failure(reason, login_id=login.pk, means=str(Means.PASSWORD), source=source, at=at)
        raise wrong(reason)
    return typed


def _use(key: DigitalKey, taken: Taken, code: str, *, desk: KeyDesk, at: datetime) -> bool:
    match taken.means:
        case Means.TOTP:
            return totp.use_code(key, code, desk=desk, at=at)
        case Means.TOKEN_CARD:
            return token_cards.use_place(key, int(taken.content["place"]), code, desk=desk, at=at)
        case Means.EMAIL_CODE:
            return email_codes.is_mailed_code(code, taken.content["digest"], desk=desk)
        case Means.RECOVERY_CODE:
            return recovery_codes.use_recovery_code(key, code, desk=desk, at=at)
        case _:
            return False
