"""The configuration of signed-in stays and of attempts to sign in, read from environment variables."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from domain.sign_in_limits import Rate, Scope, SessionLimits
from portal.environment_variables import ConfigurationError, read_number

_WORD = re.compile(r"([a-z]+\.[a-z]+)=((?:\d+/\d+)(?:,\d+/\d+)*)", re.ASCII)
_IDLE_MINUTES = 20


@dataclass(frozen=True, slots=True)
class SessionConfiguration:
    """How long stays last, how many there are at once, and which limits on attempts differ from the documented ones."""

    warning_minutes: int
    hours: int
    password_hours: int
    at_once: int
    fresh_minutes: int
    attempts: Mapping[Scope, tuple[Rate, ...]]

    @property
    def limits(self) -> SessionLimits:
        """Return the limits of stays, as the room of signing in needs them."""
        return SessionLimits(
            warned_after=timedelta(minutes=self.warning_minutes),
            longest=timedelta(hours=self.hours),
            longest_by_password=timedelta(hours=self.password_hours),
            at_once=self.at_once,
            fresh=timedelta(minutes=self.fresh_minutes),
        )

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            warning_minutes=min(max(read_number("GUICHET_SESSION_WARNING_MINUTES", 18), 1), _IDLE_MINUTES - 1),
            hours=max(read_number("GUICHET_SESSION_HOURS", 8), 1),
            password_hours=max(read_number("GUICHET_SESSION_PASSWORD_HOURS", 1), 1),
            at_once=max(read_number("GUICHET_SESSION_AT_ONCE", 5), 1),
            fresh_minutes=max(read_number("GUICHET_SESSION_FRESH_MINUTES", 5), 1),
            attempts=_attempts(os.environ.get("GUICHET_SESSION_ATTEMPTS", "")),
        )


def _attempts(text: str) -> dict[Scope, tuple[Rate, ...]]:
    """Return what words such as `code.user=5/300,20/3600` say: so many attempts in so many seconds."""
    found = {}
    for word in text.split():
        match = _WORD.fullmatch(word)
        if match is None or match[1] not in set(Scope):
            example = "code.user=5/300,20/3600"
            raise ConfigurationError(f"GUICHET_SESSION_ATTEMPTS holds {word!r}; words like {example} are expected")
        pairs = [pair.split("/") for pair in match[2].split(",")]
        found[Scope(match[1])] = tuple(Rate(int(most), timedelta(seconds=int(within))) for most, within in pairs)
    return found
