"""Token cards: 24 codes on paper, of which a random unused one is asked for; three misses suspend the card (§4.3)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from auth.desk import KeyDesk
from auth.keys.life import activate, discard_pending, hold_login, mark_suspended
from auth.keys.rights import SetUpRight
from auth.limits import limits
from auth.models import DigitalKey, DigitalKeyState, OneTimeCode
from auth.notices import Notice, tell
from auth.refusals import KeyRefusedError
from domain.assurance import Means
from evidence.audit import append_event

HOW_MANY = 24
CODE_LENGTH = 6
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
REMIND_AT = 4


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card as it is printed, this once: its codes in the order of their places, 1 to 24."""

    key_id: int
    made_at: datetime
    codes: tuple[str, ...] = field(repr=False)


def order_card(right: SetUpRight, *, desk: KeyDesk, at: datetime) -> NewCard:
    """Make a card in the place of the one before; KeyRefusedError where cards are switched off."""
    if not desk.options.token_cards:
        raise KeyRefusedError("Token cards are no longer given out.", next_step="Register an authenticator app.")
    codes = tuple(_new_code(desk.locksmith.randomness) for _ in range(HOW_MANY))
    encoded = [desk.locksmith.hash_code(code) for code in codes]
    with transaction.atomic():
        hold_login(right.login_id)
        discard_pending(right.login_id, Means.TOKEN_CARD, at=at)
        key = DigitalKey.objects.create(
            login_id=right.login_id,
            means=Means.TOKEN_CARD,
            enrolled_level=right.level,
            confined_to_id=right.confined_to,
            created_at=at,
        )
        OneTimeCode.objects.bulk_create(
            OneTimeCode(key=key, position=place, encoded=text) for place, text in enumerate(encoded, start=1)
        )
        activate(key, right, persons=desk.persons, at=at)
    return NewCard(key_id=key.pk, made_at=at, codes=codes)


def ask_place(key: DigitalKey, *, at: datetime, choose: Callable[[int], int] = secrets.randbelow) -> int | None:
    """Return the place whose code is asked for: the same for an attempt to sign in or until it is answered; None on an empty card."""
    with transaction.atomic():
        DigitalKey.objects.select_for_update(no_key=True).get(pk=key.pk)
        unused = list(OneTimeCode.objects.filter(key=key, used_at__isnull=True).order_by("position"))
        asked = [code for code in unused if code.asked_at is not None and at - code.asked_at < limits().keys.attempt]
        if asked:
            return asked[0].position
        if not unused:
            return None
        chosen = unused[choose(len(unused))]
        OneTimeCode.objects.filter(key=key).update(asked_at=None)
        OneTimeCode.objects.filter(pk=chosen.pk).update(asked_at=at)
        return chosen.position


def use_place(key: DigitalKey, place: int, code: str, *, desk: KeyDesk, at: datetime) -> bool:
    """Whether `code` is the unused one at `place`; it is used up. Every miss counts, the last one allowed suspends the card."""
    counted = DigitalKey.objects.filter(pk=key.pk, state=DigitalKeyState.ACTIVE, misses__lt=limits().keys.card_misses)
    if not counted.update(misses=F("misses") + 1):
        return False
    row = OneTimeCode.objects.filter(key=key, position=place, used_at__isnull=True).first()
    typed = code.strip().upper()
    if row is None or not desk.locksmith.is_code(typed, row.encoded):
        _suspend_after_misses(key, desk=desk, at=at)
        return False
    with transaction.atomic():
        if not OneTimeCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=at):
            return False
        DigitalKey.objects.filter(pk=key.pk).update(misses=0, last_used_at=at)
        _remind(key, desk=desk, at=at)
    return True


def _suspend_after_misses(key: DigitalKey, *, desk: KeyDesk, at: datetime) -> None:
    with transaction.atomic():
        hold_login(key.login_id)
        full = DigitalKey.objects.filter(
            pk=key.pk, state=DigitalKeyState.ACTIVE, misses__gte=limits().keys.card_misses
        ).first()
        if full is not None:
            mark_suspended(full, reason="missed", actor="platform", persons=desk.persons, at=at)


def _remind(key: DigitalKey, *, desk: KeyDesk, at: datetime) -> None:
    left = OneTimeCode.objects.filter(key=key, used_at__isnull=True).count()
    if left == REMIND_AT:
        occasion = f"key:{key.pk}:nearly-used"
        tell(Notice.CARD_NEARLY_USED, key.login, means=Means.TOKEN_CARD, occasion=occasion, persons=desk.persons, at=at)
    if left == 0:
        DigitalKey.objects.filter(pk=key.pk).update(state=DigitalKeyState.EXPIRED, ended_at=at)
        append_event(
            "account:key:expired",
            at=at,
            actor="platform",
            login=key.login_id,
            key=key.pk,
            means=str(Means.TOKEN_CARD),
        )


def _new_code(randomness: Callable[[int], bytes]) -> str:
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in randomness(CODE_LENGTH))
