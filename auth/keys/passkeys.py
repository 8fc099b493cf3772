"""Passkeys (WebAuthn): set up in a stay of level 450 or 500, user verification always, proven without a user name (§4.3)."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

import webauthn
from django.db import IntegrityError, transaction
from django.db.models import Q
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from auth.desk import KeyDesk
from auth.keys.life import activate, hold_login, mark_suspended
from auth.keys.rights import SetUpRight
from auth.limits import limits
from auth.locksmith import Sealed
from auth.models import DigitalKey, DigitalKeyState, LoginState, Purpose
from auth.proofs import Browser, Proof, Source
from auth.refusals import KeyRefusedError, SignInRefusal, SignInRefusedError, wrong
from auth.signing_in import record_failure, recorded
from auth.throttles import Claim, give_back, reserve, source_of
from auth.transactions import begin, look, take, use_up
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import Scope

_CHALLENGE_BYTES = 32
_USER_ID_PURPOSE = "passkey-user"
_SEAL_PURPOSE = "passkey"
_LONGEST_ANSWER = 16_384


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who the browser sees: the host (`id`), the name, and the origin as `https://host[:port]`."""

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class PasskeyBegun:
    """What the browser is given: options (JSON for navigator.credentials) and the handle that it brings back."""

    handle: str = field(repr=False)
    options: str = field(repr=False)


def begin_passkey(
    right: SetUpRight, party: RelyingParty, *, account: str, browser: bytes, desk: KeyDesk, at: datetime
) -> PasskeyBegun:
    """Begin to set up a passkey; KeyRefusedError where there are ten already, or as many as the settings say. `account` is what the device shows."""
    kept = list(_living(right.login_id))
    if len(kept) >= limits().keys.passkeys:
        raise KeyRefusedError("You have as many passkeys as are kept.", next_step="Take one away first.")
    challenge = desk.locksmith.randomness(_CHALLENGE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=desk.locksmith.digest(str(right.login_id), purpose=_USER_ID_PURPOSE),
        user_name=account,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=_open(key, desk)[0]) for key in kept],
    )
    begun = begin(
        Means.PASSKEY,
        purpose=Purpose.ENROL,
        browser=browser,
        login_id=right.login_id,
        content={"challenge": bytes_to_base64url(challenge)},
        locksmith=desk.locksmith,
        at=at,
    )
    return PasskeyBegun(handle=begun.handle, options=webauthn.options_to_json(options))


def confirm_passkey(
    handle: str,
    answer: str,
    right: SetUpRight,
    party: RelyingParty,
    *,
    label: str,
    browser: bytes,
    desk: KeyDesk,
    at: datetime,
) -> None:
    """Keep the passkey that the browser made (`answer` is its JSON); KeyRefusedError when it cannot be believed."""
    taken = take(handle, browser=browser, locksmith=desk.locksmith, at=at)
    if taken.purpose is not Purpose.ENROL or taken.login_id != right.login_id or taken.means is not Means.PASSKEY:
        raise KeyRefusedError("This registration is over.", next_step="Begin again.")
    try:
        made = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(taken.content["challenge"]),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise KeyRefusedError(
            "Your device's answer cannot be used.", next_step="Try again, with the screen lock of your device."
        ) from None
    content = {
        "id": bytes_to_base64url(made.credential_id),
        "key": bytes_to_base64url(made.credential_public_key),
        "aaguid": made.aaguid,
        "backed_up": made.credential_backed_up,
        "device": str(made.credential_device_type),
    }
    sealed = desk.locksmith.seal(json.dumps(content).encode(), purpose=_SEAL_PURPOSE)
    try:
        with transaction.atomic():
            hold_login(right.login_id)
            key = DigitalKey.objects.create(
                login_id=right.login_id,
                means=Means.PASSKEY,
                label=label[:64],
                enrolled_level=right.level,
                confined_to_id=right.confined_to,
                key_id=sealed.key_id,
                sealed=sealed.content,
                subject=_subject(made.credential_id),
                counter=made.sign_count,
                created_at=at,
            )
            activate(key, right, persons=desk.persons, at=at)
    except IntegrityError:
        raise KeyRefusedError("This passkey is set up already.", next_step="Use it to sign in.") from None


def ask_passkey(
    party: RelyingParty, *, purpose: Purpose, browser: Browser, source: Source, desk: KeyDesk, at: datetime
) -> PasskeyBegun:
    """Ask for any passkey of this counter; nobody says who he is, so nothing is told of who exists.

    TooManyAttemptsError at the limit of challenges that one source asks for. Call it outside a transaction.
    """
    reserve([Claim(Scope.CARD_SOURCE, source_of(source.address))], locksmith=desk.locksmith, at=at)
    challenge = desk.locksmith.randomness(_CHALLENGE_BYTES)
    options = webauthn.generate_authentication_options(
        rp_id=party.id, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    begun = begin(
        Means.PASSKEY,
        purpose=purpose,
        browser=browser(),
        content={"challenge": bytes_to_base64url(challenge)},
        locksmith=desk.locksmith,
        at=at,
    )
    return PasskeyBegun(handle=begun.handle, options=webauthn.options_to_json(options))


def prove_passkey(
    handle: str,
    answer: str,
    party: RelyingParty,
    *,
    purpose: Purpose,
    browser: Browser,
    source: Source,
    desk: KeyDesk,
    at: datetime,
) -> Proof:
    """Return the proof (level 450) of the login whose passkey signed; SignInRefusedError for anything else.

    TooManyAttemptsError at a limit. A signature counter that does not grow is a copy of the key: it is suspended for its
    owner to look at, who is written to, and stays that lean on it end. Call it outside a transaction.
    """
    reservation = reserve([Claim(Scope.KEY_SOURCE, source_of(source.address))], locksmith=desk.locksmith, at=at)
    with recorded(None, means=str(Means.PASSKEY), source=source, at=at):
        taken = look(handle, browser=browser(), locksmith=desk.locksmith, at=at)
        if taken.purpose is not purpose or taken.means is not Means.PASSKEY:
            raise wrong(SignInRefusal.TRANSACTION_OVER)
        use_up(taken, at=at)
    try:
        credential = _read(answer)
        key = _find(base64url_to_bytes(str(credential["rawId"])))
        if key is None:
            raise _fail(SignInRefusal.NO_SUCH_KEY, None, source=source, at=at)
        _, public_key = _open(key, desk)
        proven = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(taken.content["challenge"]),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise _fail(SignInRefusal.WRONG_CODE, None, source=source, at=at) from None
    if key.login.state != LoginState.ACTIVE:
        raise _fail(SignInRefusal.BLOCKED, key.login_id, source=source, at=at)
    _count(key, proven.new_sign_count, source=source, desk=desk, at=at)
    give_back(reservation)
    return Proof(Means.PASSKEY, AssuranceLevel.ITSME, key.login_id, at, key.confined_to_id)


def _count(key: DigitalKey, count: int, *, source: Source, desk: KeyDesk, at: datetime) -> None:
    """Note the counter; one that stays 0 says nothing, one that does not grow tells of a copy.

    Then the stays that lean on the passkey end too: in one of them may sit who has the copy.
    """
    grows = Q(counter__lt=count) if count else Q(counter=0)
    if DigitalKey.objects.filter(grows, pk=key.pk, state=DigitalKeyState.ACTIVE).update(counter=count, last_used_at=at):
        return
    with transaction.atomic():
        hold_login(key.login_id)
        copied = DigitalKey.objects.filter(pk=key.pk, state=DigitalKeyState.ACTIVE).first()
        if copied is not None:
            mark_suspended(copied, reason="copied", actor="platform", persons=desk.persons, at=at)
    raise _fail(SignInRefusal.REPLAYED, key.login_id, source=source, at=at)


def _living(login_id: int) -> "list[DigitalKey]":
    states = [DigitalKeyState.ACTIVE, DigitalKeyState.SUSPENDED]
    return list(DigitalKey.objects.filter(login_id=login_id, means=Means.PASSKEY, state__in=states))


def _find(credential_id: bytes) -> DigitalKey | None:
    return (
        DigitalKey.objects.select_related("login")
        .filter(means=Means.PASSKEY, subject=_subject(credential_id), state=DigitalKeyState.ACTIVE)
        .first()
    )


def _open(key: DigitalKey, desk: KeyDesk) -> tuple[bytes, bytes]:
    """Return id and public key of a kept passkey."""
    content = json.loads(desk.locksmith.open(Sealed(key.key_id, bytes(key.sealed or b"")), purpose=_SEAL_PURPOSE))
    return base64url_to_bytes(content["id"]), base64url_to_bytes(content["key"])


def _read(answer: str) -> dict[str, object]:
    if len(answer) > _LONGEST_ANSWER:
        raise ValueError("the answer is too long")
    try:
        content = json.loads(answer)
    except RecursionError as trouble:
        raise ValueError("the answer is nested too deeply") from trouble
    if not isinstance(content, dict):
        raise TypeError("the answer is no object")
    return content


def _subject(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()


def _fail(reason: SignInRefusal, login_id: int | None, *, source: Source, at: datetime) -> SignInRefusedError:
    record_failure(reason, login_id=login_id, means=str(Means.PASSKEY), source=source, at=at)
    return wrong(reason)
