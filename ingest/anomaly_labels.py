"""Say what an anomaly means in its reader's language; rules know codes, only this catalogue knows languages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.findings import Finding
from domain.languages import Language

MAX_LABEL = 500
_CATALOGUE = Path(__file__).with_suffix(".toml")
_REFUSALS = Path(__file__).with_name("refusal_labels.toml")
_GENERAL_DIGITS = 3


@cache
def read_catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return every label: by whole code ("zzzzz-nnn") or by general number ("nnn"), then by language."""
    with _CATALOGUE.open("rb") as file:
        return MappingProxyType(tomllib.load(file))


@cache
def read_refusals() -> Mapping[str, Mapping[str, str]]:
    """Return what each code of an acknowledgement says, by code and language; pages tell it, an acknowledgement does not."""
    with _REFUSALS.open("rb") as file:
        return MappingProxyType(tomllib.load(file))


def label_of(finding: Finding, language: Language) -> str | None:
    """Return what the finding says in `language`, at most 500 characters; None for a code without a label.

    A whole code has its own label; a fault of structure or value that has none is labelled by its general number,
    with the name of the element. No label repeats the value.
    """
    catalogue = read_catalogue()
    labels = catalogue.get(finding.code) or catalogue.get(finding.code[-_GENERAL_DIGITS:])
    if labels is None:
        return None
    return labels[language].format(tag=finding.tag or "")[:MAX_LABEL]
