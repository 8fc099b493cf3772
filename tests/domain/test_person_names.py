"""Family names are compared by their first three letters, whatever their accents and capitals."""

import pytest

from domain.person_names import is_other_family, is_other_name, is_same_family
from tests.architecture.repository import ROOMS, modules, shown


@pytest.mark.parametrize(
    ("known", "told", "is_same"),
    [
        ("Peeters", "PEETERS", True),
        ("Peeters", "Peerson", True),
        ("Müller", "MULLER", True),
        ("De Smet", "DeSmedt", True),
        ("D'Haene", "DHaese", True),
        ("Li", "li", True),
        ("Li", "Lin", False),
        ("Peeters", "Maes", False),
        ("", "", False),
        ("Peeters", "-", False),
    ],
)
def test_names_are_compared(known: str, told: str, is_same: bool):
    assert is_same_family(known, told) is is_same


@pytest.mark.parametrize(
    ("known", "told", "is_other"),
    [
        ("Peeters", "Peerson", False),
        ("Peeters", "Maes", True),
        ("Peeters", "-", True),
        ("", "Maes", False),
        ("-", "Maes", False),
    ],
)
def test_a_name_that_is_known_is_compared_with_the_one_told(known: str, told: str, is_other: bool):
    assert is_other_family(known, told) is is_other


def test_one_function_compares_names():
    """Who decides whether a person is who he is said to be asks the domain."""
    others = [
        shown(path)
        for path in modules(*ROOMS)
        if "unicodedata" in path.read_text(encoding="utf-8") and shown(path) != "domain/person_names.py"
    ]
    compared = ["auth/common_passwords.py", "portal/pages/countries.py"]
    assert others == compared, "passwords are compared there, countries put in order, and no names of persons"


@pytest.mark.parametrize(
    ("known", "told", "differs"),
    [
        ("Peeters", "PEÉTERS", False),
        ("Peeters", "Peeters-Maes", False),
        ("Noor Anna", "Noor", False),
        ("Peeters", "Peters", True),
        ("", "Peeters", False),
        ("Peeters", "-", False),
    ],
)
def test_another_name_is_one_that_neither_begins(known: str, told: str, differs: bool):
    assert is_other_name(known, told) is differs
