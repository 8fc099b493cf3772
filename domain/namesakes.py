"""Tell companies of one name apart by their numbers. Pure."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)


def with_namesakes(names: Mapping[KeyT, str]) -> frozenset[KeyT]:
    """Return whose name another one has too, however it is written: in capitals or not."""
    times = Counter(name.casefold() for name in names.values())
    return frozenset(key for key, name in names.items() if times[name.casefold()] > 1)


def numbered(name: str, number: str) -> str:
    """Return a name with the number behind it."""
    return f"{name} ({number})"


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Return how the companies are called that bear these numbers: a name that several have is numbered."""
    alike = with_namesakes(names)
    return {number: numbered(name, number) if number in alike else name for number, name in names.items()}
