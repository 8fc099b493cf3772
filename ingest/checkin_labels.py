"""Say why a check-in is refused in its reader's language; the official English sentence stands beside it in answers."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.languages import Language

_CATALOGUE = Path(__file__).with_suffix(".toml")


@cache
def read_labels() -> Mapping[str, Mapping[str, str]]:
    """Return every label, by code and then by language."""
    with _CATALOGUE.open("rb") as file:
        return MappingProxyType(tomllib.load(file))


def label_of_code(code: str, language: Language) -> str:
    """Return what the code says in `language`; KeyError for a code that there is not."""
    return read_labels()[code][language]
