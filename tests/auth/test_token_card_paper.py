"""The paper of a token card: printed in every language, whatever the length of a name."""

import pytest
from reportlab.lib.units import mm

from auth.keys.token_card_paper import CardPaper, name_beside, render_card, width_of
from domain.languages import Language
from tests.auth.builders import NOON


@pytest.mark.parametrize("language", list(Language))
def test_a_card_is_printed_in_every_language(language: Language):
    codes = tuple(f"CODE{number:02d}" for number in range(24))

    printed = render_card(CardPaper("Łukasz " + "Ångström-" * 12, NOON, codes), language)

    assert printed.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "name", ["Els", "Marie-Christine Vandenbroucke-Peeters", "Ångström-" * 12], ids=["short", "two", "long"]
)
@pytest.mark.parametrize("day", ["Aangevraagd op 28 september 2026", "Requested on 1 May 2026"])
def test_the_name_and_the_day_stand_apart_on_a_card(name: str, day: str):
    shown = name_beside(day, name)

    assert width_of(shown) + width_of(day) <= (106 - 3) * mm
    assert shown == name or width_of(f"{name[: len(shown)]}…") + width_of(day) > (106 - 3) * mm


def test_a_card_can_be_printed_without_its_codes_showing_in_a_traceback():
    assert "SECRET" not in repr(CardPaper("Els", NOON, ("SECRET",) * 24))
