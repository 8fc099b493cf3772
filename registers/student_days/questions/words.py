"""The words of papers and calendars for students, in the four languages. Pure."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.languages import Language

_CATALOGUE = Path(__file__).with_suffix(".toml")


@cache
def words_of(language: Language) -> Mapping[str, str]:
    """Return every phrase in that language, by its name."""
    with _CATALOGUE.open("rb") as file:
        catalogue = tomllib.load(file)
    return MappingProxyType({name: phrases[language] for name, phrases in catalogue.items()})
