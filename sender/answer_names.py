"""The names of the files that the platform offers in its OUT trays (batch protocol §1.3, `answer`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from domain.environments import Environment

_ANSWER = re.compile(
    r"\A(FO|CO|FS|GO)\.([A-Z]{4}\.999999\.[0-9]{8}\.[0-9A-Z]{5}\.[RTS])(?:\.[1-9](?:\.[1-9])?)?\Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class OfferedAnswer:
    """One answer whose go-ahead file stands in the tray; None where that file is not there."""

    key: str
    go_ahead: str
    content: str | None
    signature: str | None

    @property
    def purpose(self) -> str:
        """The four letters of the purpose code, such as ACRF."""
        return self.key[:4]

    @property
    def environment(self) -> Environment:
        """The environment of the files that it answers."""
        return Environment(self.key[-1])

    @property
    def is_compressed(self) -> bool:
        """Whether the content is a zip (a CO name; batch protocol §1.7)."""
        return self.content is not None and self.content.startswith("CO.")

    @classmethod
    def of(cls, key: str, names: dict[str, str]) -> Self:
        """Return the answer with that key, of its names by prefix."""
        return cls(key, names["GO"], names.get("FO") or names.get("CO"), names.get("FS"))


def offered_answers(names: Iterable[str]) -> tuple[OfferedAnswer, ...]:
    """Return the answers that may be read, in order of their keys: those with a go-ahead file. Other names are left."""
    by_key: dict[str, dict[str, str]] = {}
    for name in names:
        match = _ANSWER.match(name)
        if match is not None:
            by_key.setdefault(match[2], {})[match[1]] = name
    return tuple(OfferedAnswer.of(key, by_key[key]) for key in sorted(by_key) if "GO" in by_key[key])
