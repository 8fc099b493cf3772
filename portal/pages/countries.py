"""Names of countries in the reader's language, as CLDR has them, in the order of that language."""

import unicodedata
from collections.abc import Collection, Sequence
from functools import cache

from babel import Locale
from django.utils.translation import get_language

_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})
"""What the list of territories holds besides."""


def countries() -> list[tuple[str, str]]:
    """Return the codes and names of all countries in the reader's language, in their order there."""
    return list(_countries((get_language() or "en")[:2]))


def country_name(code: str) -> str:
    """Return the name of a country in the reader's language; its code where there is none."""
    return dict(countries()).get(code, code)


def country_names(codes: Collection[str]) -> Sequence[str]:
    """Return the names of some countries in the reader's language, in their order there."""
    return [name for code, name in countries() if code in codes]


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    territories = Locale(language).territories
    named = [(code, name) for code, name in territories.items() if len(code) == 2 and code.isalpha()]  # noqa: PLR2004 - ISO 3166
    return tuple(sorted(((code, name) for code, name in named if code not in _NO_COUNTRIES), key=_place))


def _place(named: tuple[str, str]) -> str:
    """Österreich stands among the names with O, Égypte among those with E."""
    return "".join(
        sign for sign in unicodedata.normalize("NFD", named[1]) if not unicodedata.combining(sign)
    ).casefold()
