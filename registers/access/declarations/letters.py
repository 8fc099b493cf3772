"""Read the letters to persons about their access, in four languages; they stand in `letters.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_LETTERS = Path(__file__).with_name("letters.toml")


@cache
def read_letters() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return subject and body of every letter, by its kind and language."""
    with _LETTERS.open("rb") as file:
        letters: dict[str, Any] = tomllib.load(file)
    return MappingProxyType(letters)
