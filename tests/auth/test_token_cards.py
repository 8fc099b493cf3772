"""Token cards: 24 codes, each once, a place that stays until it is answered, and three misses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from auth.desk import KeyDesk, KeyOptions
from auth.keys.token_cards import ALPHABET, NewCard, ask_place, order_card, use_place
from auth.models import DigitalKey, DigitalKeyState, Login, OneTimeCode
from auth.refusals import KeyRefusedError
from correspondence.models import OutboxMessage
from domain.sign_in_limits import KeyLimits
from tests.auth.builders import NOON, a_desk, a_login, a_person, a_right, events

pytestmark = pytest.mark.django_db


def a_card(desk: KeyDesk, login: Login | None = None) -> tuple[DigitalKey, NewCard]:
    card = order_card(a_right(login or a_login()), desk=desk, at=NOON)
    return DigitalKey.objects.get(pk=card.key_id), card


def first_of(_: int) -> int:
    return 0


def test_a_card_has_24_codes_of_six_unambiguous_characters(desk: KeyDesk):
    _, card = a_card(desk)

    assert len(card.codes) == 24
    assert {len(code) for code in card.codes} == {6}
    assert set("".join(card.codes)) <= set(ALPHABET)
    assert (len(ALPHABET), set("01IO") & set(ALPHABET)) == (32, set())


def test_the_codes_are_hashed_each_with_its_own_salt(desk: KeyDesk):
    _, card = a_card(desk)
    kept = list(OneTimeCode.objects.values_list("encoded", flat=True))

    assert len(set(kept)) == 24
    assert all(text.startswith("$argon2id$") for text in kept)
    assert not any(code in str(kept) for code in card.codes)


def test_every_place_proves_once_and_then_the_card_is_used_up(desk: KeyDesk):
    key, card = a_card(desk)
    asked = []
    for _ in range(24):
        place = ask_place(key, at=NOON)
        asked.append(place)
        assert use_place(key, place, card.codes[place - 1].lower(), desk=desk, at=NOON)
        assert not use_place(key, place, card.codes[place - 1], desk=desk, at=NOON)
        DigitalKey.objects.filter(state="ACTIVE").update(misses=0)

    assert sorted(asked) == list(range(1, 25))
    assert ask_place(key, at=NOON) is None
    key.refresh_from_db()
    assert key.state == DigitalKeyState.EXPIRED


def test_the_same_place_is_asked_for_ten_minutes(desk: KeyDesk):
    key, _ = a_card(desk)
    place = ask_place(key, at=NOON, choose=first_of)

    again = {ask_place(key, at=NOON + timedelta(minutes=9, seconds=59), choose=lambda n: n - 1) for _ in range(5)}
    later = ask_place(key, at=NOON + timedelta(minutes=10), choose=lambda n: n - 1)

    assert (place, again, later) == (1, {1}, 24)


def test_three_misses_suspend_the_card(desk: KeyDesk):
    key, card = a_card(desk)
    for _ in range(3):
        assert not use_place(key, 1, "WRONGX", desk=desk, at=NOON)

    key.refresh_from_db()
    assert key.state == DigitalKeyState.SUSPENDED
    assert not use_place(key, 1, card.codes[0], desk=desk, at=NOON)
    assert "account:key:suspended" in events()


def test_a_setting_says_how_many_misses_suspend_the_card(desk: KeyDesk, settings):
    settings.SIGN_IN_LIMITS = replace(settings.SIGN_IN_LIMITS, keys=KeyLimits(card_misses=1))
    key, _card = a_card(desk)
    use_place(key, 1, "WRONGX", desk=desk, at=NOON)

    key.refresh_from_db()
    assert key.state == DigitalKeyState.SUSPENDED


def test_two_misses_and_a_right_code_begin_the_count_anew(desk: KeyDesk):
    key, card = a_card(desk)
    for code in ("WRONGX", "WRONGX", card.codes[0], "WRONGX", "WRONGX"):
        use_place(key, 1 if code == card.codes[0] else 2, code, desk=desk, at=NOON)

    key.refresh_from_db()
    assert key.state == DigitalKeyState.ACTIVE


def test_a_new_card_voids_the_old_one(desk: KeyDesk):
    login = a_login()
    old, card = a_card(desk, login)
    a_card(desk, login)

    assert not use_place(old, 1, card.codes[0], desk=desk, at=NOON)


def test_who_has_four_codes_left_is_reminded_once(desk: KeyDesk):
    login, person = a_login(), a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    desk.persons.addresses[person.pk] = "els@example.org"
    key, card = a_card(desk, login)
    for place in range(1, 22):
        use_place(key, place, card.codes[place - 1], desk=desk, at=NOON)

    assert OutboxMessage.objects.filter(subject__contains="nearly used up").count() == 1


def test_cards_can_be_switched_off(desk: KeyDesk):
    without = replace(desk, options=KeyOptions(token_cards=False))

    with pytest.raises(KeyRefusedError):
        order_card(a_right(a_login()), desk=without, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_parallel_uses_of_one_place_one_succeeds():
    desk = a_desk()
    key, card = a_card(desk)

    def use(_: int) -> bool:
        try:
            return use_place(key, 1, card.codes[0], desk=desk, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1
