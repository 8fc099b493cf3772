"""Recovery codes: a list of 80 bits each, used once, for whoever lost the app; they reach level 200 and no more (§4.3)."""

import base64
from datetime import datetime

from django.db import transaction

from auth.desk import KeyDesk
from auth.keys.life import activate, discard_pending, find_active, hold_login, mark_suspended
from auth.keys.rights import SetUpRight
from auth.limits import limits
from auth.locksmith import Locksmith
from auth.models import DigitalKey, OneTimeCode
from auth.notices import Notice, tell
from domain.assurance import Means
from evidence.audit import append_event

_CODE_BYTES = 10
_GROUP_LENGTH = 4
_PURPOSE = "recovery-code"


def make_recovery_codes(right: SetUpRight, *, desk: KeyDesk, at: datetime) -> tuple[str, ...]:
    """Make a list of codes in the place of those before, and return them, this once."""
    codes = tuple(_new_code(desk.locksmith) for _ in range(limits().keys.recovery_codes))
    with transaction.atomic():
        hold_login(right.login_id)
        discard_pending(right.login_id, Means.RECOVERY_CODE, at=at)
        key = DigitalKey.objects.create(
            login_id=right.login_id,
            means=Means.RECOVERY_CODE,
            enrolled_level=right.level,
            confined_to_id=right.confined_to,
            created_at=at,
        )
        OneTimeCode.objects.bulk_create(
            OneTimeCode(key=key, position=place, encoded=_digest(code, desk.locksmith))
            for place, code in enumerate(codes, start=1)
        )
        activate(key, right, persons=desk.persons, at=at)
        append_event("account:recovery_codes:generated", at=at, actor=right.actor, key=key.pk, **right.circumstances)
    return codes


def use_recovery_code(key: DigitalKey, code: str, *, desk: KeyDesk, at: datetime) -> bool:
    """Whether `code` was right and unused; it is used up, and the app that must be lost is suspended."""
    with transaction.atomic():
        hold_login(key.login_id)
        unused = OneTimeCode.objects.filter(key=key, encoded=_digest(code, desk.locksmith), used_at__isnull=True)
        if not unused.update(used_at=at):
            return False
        DigitalKey.objects.filter(pk=key.pk).update(last_used_at=at)
        actor = f"login:{key.login_id}"
        append_event("account:recovery_codes:used", at=at, actor=actor, key=key.pk)
        lost = find_active(key.login_id, Means.TOTP)
        if lost is not None:
            mark_suspended(lost, reason="recovered", actor=actor, persons=desk.persons, at=at)
        tell(
            Notice.RECOVERY_CODE_USED,
            key.login,
            means=Means.RECOVERY_CODE,
            occasion=f"key:{key.pk}:used:{int(at.timestamp())}",
            persons=desk.persons,
            at=at,
        )
    return True


def codes_left(key: DigitalKey) -> int:
    """Return how many codes of a list or card are unused."""
    return OneTimeCode.objects.filter(key=key, used_at__isnull=True).count()


def _new_code(locksmith: Locksmith) -> str:
    text = base64.b32encode(locksmith.randomness(_CODE_BYTES)).decode("ascii")
    return "-".join(text[start : start + _GROUP_LENGTH] for start in range(0, len(text), _GROUP_LENGTH))


def _digest(code: str, locksmith: Locksmith) -> str:
    """Return the keyed hash of a code; 80 random bits need no slow one."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return locksmith.digest(plain, purpose=_PURPOSE).hex()
