"""What a password must be, at the edges of each rule."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.common_passwords import WORDS, common_words, is_common, leaked_passwords, usual_endings
from auth.password_policy import (
    SPECIALS,
    PasswordFault,
    PasswordRefusedError,
    find_faults,
    generate_password,
    require_good_password,
)


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("lampfoot12", ()),
        ("lampfoo12", (PasswordFault.TOO_SHORT,)),
        ("lampfooti1", (PasswordFault.TOO_FEW_MARKS,)),
        ("lampfooti!", (PasswordFault.TOO_FEW_MARKS,)),
        ("lampfoot1!", ()),
        ("lampfoot!!", ()),
        ("lampfootijk", (PasswordFault.TOO_FEW_MARKS,)),
        ("xy" * 63 + "12", ()),
        ("xy" * 63 + "z12", (PasswordFault.TOO_LONG,)),
        ("éèàöüß漢字12", ()),
        ("🙂🙃🙂🙃🙂🙃🙂🙃1", (PasswordFault.TOO_SHORT, PasswordFault.TOO_FEW_MARKS)),
        ("lampfoot٣٤", (PasswordFault.TOO_FEW_MARKS,)),
        ("lampfoot~~", (PasswordFault.TOO_FEW_MARKS,)),
        ("abc def gh 12", ()),
        ("1234567890", (PasswordFault.COMMON,)),
        ("Password123", (PasswordFault.COMMON,)),
        ("my-guichet-99", (PasswordFault.TELLING,)),
        ("lampfoot\ud80012", (PasswordFault.UNREADABLE,)),
    ],
)
def test_a_password_is_judged_by_every_rule(password: str, faults: tuple[PasswordFault, ...]):
    assert find_faults(password) == faults


@pytest.mark.parametrize("special", SPECIALS)
def test_each_special_character_of_the_list_counts(special: str):
    assert find_faults(f"lampfoot{special}{special}") == ()


def test_the_list_of_special_characters_is_the_seeds():
    assert SPECIALS == ";:=?./+*$%><&@#'(!{})-"


@pytest.mark.parametrize("name", ["els.peeters", "De Gouden Bakker"])
def test_a_password_with_the_own_or_the_companys_name_is_refused(name: str):
    word = name.rpartition(" ")[2].upper()

    assert find_faults(f"{word}-2026-x", forbidden=[name]) == (PasswordFault.TELLING,)


def test_short_words_of_a_name_are_no_reason():
    assert find_faults("moderne-kunst-12", forbidden=["De NV"]) == ()


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(PasswordRefusedError) as refused:
        require_good_password("short", repeated="shot")
    assert refused.value.faults == (
        PasswordFault.TOO_SHORT,
        PasswordFault.TOO_FEW_MARKS,
        PasswordFault.NOT_REPEATED,
    )


def test_letters_are_not_normalised():
    with pytest.raises(PasswordRefusedError, match="not the same"):
        require_good_password("cafe\u0301-stro-12", repeated="caf\u00e9-stro-12")


def test_more_than_three_thousand_that_keep_the_other_rules_are_common():
    """ASVS 5.0, 6.2.4."""
    keeping = 0
    behind_words = (word + ending for word in common_words() for ending in usual_endings())
    for password in chain(leaked_passwords(), behind_words):
        faults = set(find_faults(password))
        assert PasswordFault.COMMON in faults, password
        keeping += faults == {PasswordFault.COMMON}
        if keeping > 3000:
            return
    pytest.fail(f"{keeping} are common")


@pytest.mark.parametrize(
    "password",
    [
        *("Welkom2026!", "wachtwoord1!", "Voetbal-123", "Antwerpen01", "DECEMBER2026"),
        *("Bonjour123!", "Azerty12345", "motdepasse12", "Décembre2026", "Vacances2027!"),
        *("Passwort12", "Willkommen1!", "Fussball123", "Sommer2026!", "Brüssel.2026"),
        *("Password123!", "P@ssw0rd12", "Summer2026!", "Qwertyuiop11", "Ilov3you2026"),
        *("aaaaaaaa11", "1111111111!"),
    ],
)
def test_what_everybody_tries_first_is_common_in_every_language(password: str):
    assert PasswordFault.COMMON in find_faults(password)


def test_the_words_that_were_written_stand_in_order_and_once_each():
    words = WORDS.split()
    assert words == sorted(set(words))


@pytest.mark.parametrize(
    "password", ["correct-horse-12", "moderne-kunst-12", "Welkom-bij-Bakkerij-12", "12welkom34els"]
)
def test_more_than_one_word_is_not_common(password: str):
    assert not is_common(password)


def test_words_are_kept_as_they_are_compared():
    assert {word for word in common_words() if not word.isascii() or word != word.lower()} == set()


@given(st.binary(min_size=12, max_size=12))
def test_a_generated_password_is_always_good(randomness: bytes):
    assert find_faults(generate_password(lambda _: randomness)) == ()
