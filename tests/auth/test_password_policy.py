"""What a password must be, at the edges of each rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.password_policy import (
    SPECIALS,
    PasswordFault,
    PasswordRefusedError,
    common_passwords,
    find_faults,
    generate_password,
    require_good_password,
)


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("abcdefgh12", ()),
        ("abcdefg12", (PasswordFault.TOO_SHORT,)),
        ("abcdefghi1", (PasswordFault.TOO_FEW_MARKS,)),
        ("abcdefghi!", (PasswordFault.TOO_FEW_MARKS,)),
        ("abcdefgh1!", ()),
        ("abcdefgh!!", ()),
        ("abcdefghijk", (PasswordFault.TOO_FEW_MARKS,)),
        ("x" * 126 + "12", ()),
        ("x" * 127 + "12", (PasswordFault.TOO_LONG,)),
        ("éèàöüß漢字12", ()),
        ("🙂🙂🙂🙂🙂🙂🙂🙂1", (PasswordFault.TOO_SHORT, PasswordFault.TOO_FEW_MARKS)),
        ("abcdefgh٣٤", (PasswordFault.TOO_FEW_MARKS,)),
        ("abcdefgh~~", (PasswordFault.TOO_FEW_MARKS,)),
        ("abc def gh 12", ()),
        ("1234567890", (PasswordFault.COMMON,)),
        ("Password123", (PasswordFault.COMMON,)),
        ("my-guichet-99", (PasswordFault.TELLING,)),
        ("abcdefgh\ud80012", (PasswordFault.UNREADABLE,)),
    ],
)
def test_a_password_is_judged_by_every_rule(password: str, faults: tuple[PasswordFault, ...]):
    assert find_faults(password) == faults


@pytest.mark.parametrize("special", SPECIALS)
def test_each_special_character_of_the_list_counts(special: str):
    assert find_faults(f"abcdefgh{special}{special}") == ()


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


def test_the_list_of_common_passwords_holds_those_alone_that_the_other_rules_let_pass():
    assert len(common_passwords()) > 500
    assert {
        word
        for word in common_passwords()
        if set(find_faults(word)) - {PasswordFault.TELLING} != {PasswordFault.COMMON}
    } == set()


@given(st.binary(min_size=12, max_size=12))
def test_a_generated_password_is_always_good(randomness: bytes):
    assert find_faults(generate_password(lambda _: randomness)) == ()
