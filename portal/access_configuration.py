"""The numbers of company accounts that an operator may set, read from environment variables."""

from dataclasses import dataclass
from typing import Self

from domain.access.limits import AccountLimits
from portal.environment_variables import read_number


@dataclass(frozen=True, slots=True)
class AccessConfiguration:
    """How many helpers a manager may have, when unused accounts are asked about and blocked, what a file may shut out."""

    lockout_percent: int
    co_chiefs: int
    co_managers: int
    away_days: int
    unused_days: int

    @property
    def limits(self) -> AccountLimits:
        """Return the limits of an account, as its register needs them."""
        return AccountLimits(co_chiefs=self.co_chiefs, co_managers=self.co_managers)

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            lockout_percent=read_number("GUICHET_ACCESS_LOCKOUT_PERCENT", 20),
            co_chiefs=read_number("GUICHET_ACCESS_CO_CHIEFS", 1),
            co_managers=read_number("GUICHET_ACCESS_CO_MANAGERS", 1),
            away_days=max(read_number("GUICHET_ACCESS_AWAY_DAYS", 90), 1),
            unused_days=max(read_number("GUICHET_ACCESS_UNUSED_DAYS", 365), 1),
        )
