"""Codes of a mobile app (RFC 6238, SHA-1, 6 digits, 30 seconds): registered by one right code, each step used once."""

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from django.db import transaction
from django.db.models import Q

from auth.desk import KeyDesk
from auth.keys.life import activate, discard_pending, hold_login
from auth.keys.recovery_codes import make_recovery_codes
from auth.keys.rights import SetUpRight
from auth.locksmith import Sealed
from auth.models import DigitalKey, DigitalKeyState
from auth.refusals import KeyRefusedError
from domain.assurance import Means

STEP = 30
_SECRET_BYTES = 20
_DIGITS = 6
_SEAL_PURPOSE = "totp-secret"


@dataclass(frozen=True, slots=True)
class AppBegun:
    """What the app must be told: the address for the QR code, and the secret to type by hand."""

    key_id: int
    address: str = field(repr=False)
    secret: str = field(repr=False)


def begin_app(right: SetUpRight, *, account: str, issuer: str, desk: KeyDesk, at: datetime) -> AppBegun:
    """Make a fresh secret of 160 bits, pending until a first right code; one begun before is forgotten.

    `account` and `issuer` are what the app shows beside its codes.
    """
    secret = base64.b32encode(desk.locksmith.randomness(_SECRET_BYTES)).decode("ascii")
    sealed = desk.locksmith.seal(secret.encode("ascii"), purpose=_SEAL_PURPOSE)
    with transaction.atomic():
        hold_login(right.login_id)
        discard_pending(right.login_id, Means.TOTP, at=at)
        key = DigitalKey.objects.create(
            login_id=right.login_id,
            means=Means.TOTP,
            enrolled_level=right.level,
            confined_to_id=right.confined_to,
            key_id=sealed.key_id,
            sealed=sealed.content,
            created_at=at,
        )
    address = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)
    return AppBegun(key_id=key.pk, address=address, secret=secret)


def confirm_app(
    key_id: int, code: str, right: SetUpRight, *, label: str, desk: KeyDesk, at: datetime
) -> tuple[str, ...]:
    """Activate the app by its first right code and return ten fresh recovery codes, shown this once.

    KeyRefusedError for a wrong code; the app stays pending, so another code may be tried.
    """
    with transaction.atomic():
        hold_login(right.login_id)
        key = DigitalKey.objects.filter(
            pk=key_id, login_id=right.login_id, means=Means.TOTP, state=DigitalKeyState.PENDING
        ).first()
        if key is None:
            raise KeyRefusedError("This registration is over.", next_step="Begin again.")
        if not use_code(key, code, desk=desk, at=at):
            raise KeyRefusedError("The code is not correct.", next_step="Give the code that the app shows now.")
        DigitalKey.objects.filter(pk=key.pk).update(label=label[:64])
        activate(key, right, persons=desk.persons, at=at)
        return make_recovery_codes(right, desk=desk, at=at)


def use_code(key: DigitalKey, code: str, *, desk: KeyDesk, at: datetime) -> bool:
    """Whether `code` is right now; its time step, and every earlier one, is then used up.

    Of two who use one step at once, one is told that it is wrong.
    """
    secret = desk.locksmith.open(Sealed(key.key_id, bytes(key.sealed or b"")), purpose=_SEAL_PURPOSE).decode("ascii")
    step = find_step(secret, code, at=at, window=desk.options.totp_window)
    if step is None:
        return False
    unused = DigitalKey.objects.filter(Q(counter__isnull=True) | Q(counter__lt=step), pk=key.pk, sealed__isnull=False)
    return unused.update(counter=step, last_used_at=at) == 1


def find_step(secret: str, code: str, *, at: datetime, window: int) -> int | None:
    """Return the time step whose code this is, `window` steps around `at`; every step is compared, in constant time."""
    typed = code.replace(" ", "")
    if len(typed) != _DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    now, found = int(at.timestamp()) // STEP, None
    generator = pyotp.TOTP(secret)
    for step in range(now - window, now + window + 1):
        if hmac.compare_digest(generator.generate_otp(step), typed):
            found = step
    return found
