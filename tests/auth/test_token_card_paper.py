"""The paper of a token card: printed in every language, whatever the length of a name, and read in the order of its codes."""

import pytest

from auth.keys.token_card_paper import CardPaper, render_card
from auth.keys.token_cards import HOW_MANY
from domain.languages import Language
from tests.auth.builders import NOON
from tests.printed_papers import read_paper

CODES = tuple(f"WM{number:02d}QX" for number in range(HOW_MANY))
LONG = "Ångström-" * 12


@pytest.mark.parametrize("language", Language)
def test_a_card_is_printed_in_every_language(language: Language):
    paper = read_paper(render_card(CardPaper("Łukasz", NOON, CODES), language))

    assert paper.catalog["/Lang"] == language
    assert "pdfuaid:part" in paper.metadata
    assert paper.unmarked == ""


def test_a_card_is_read_as_it_is_seen():
    read = read_paper(render_card(CardPaper("Els", NOON, CODES), Language.EN)).lines

    assert read[:3] == [("H1", "Guichet · Token card"), ("P", "Requested on 25 November 2026"), ("P", "Els")]
    assert read[-1][1].startswith("Cut the card out and keep it apart from your password.")


def test_the_codes_of_a_card_are_one_list_in_the_order_of_their_numbers():
    (codes,) = read_paper(render_card(CardPaper("Els", NOON, CODES), Language.EN)).tree.of("L")

    assert [(number.text, code.text) for number, code in (item.held for item in codes.of("LI"))] == [
        (str(place), code) for place, code in enumerate(CODES, start=1)
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Els", "Els"),
        ("Marie-Christine Vandenbroucke-Peeters", "Marie-Christine Vandenbroucke-Peeters"),
        ("Els\r\n\x00", "Els"),
    ],
    ids=["short", "two", "unprintable"],
)
def test_a_name_is_whole_on_a_card(name: str, shown: str):
    assert of_card(name) == shown


def test_a_card_of_somebody_without_a_name_shows_none():
    asked, keep = read_paper(render_card(CardPaper("", NOON, CODES), Language.EN)).tree.of("P")

    assert asked.text == "Requested on 25 November 2026"
    assert keep.text.startswith("Cut the card out")


def test_a_name_that_is_longer_than_a_card_ends_in_dots():
    shown = of_card(LONG)

    assert shown.endswith("…")
    assert LONG.startswith(shown[:-1])
    assert len(shown) > 40


def of_card(name: str) -> str:
    """Return the name that a card shows."""
    (_, shown, _) = read_paper(render_card(CardPaper(name, NOON, CODES), Language.NL)).tree.of("P")
    return shown.text


def test_a_card_can_be_printed_without_its_codes_showing_in_a_traceback():
    assert "SECRET" not in repr(CardPaper("Els", NOON, ("SECRET",) * 24))
