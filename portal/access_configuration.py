"""The numbers of company accounts that an operator may set, read from environment variables."""

from dataclasses import dataclass
from typing import Self

from domain.access.limits import AccountLimits
from domain.access_declarations import FileLimits
from portal.environment_variables import read_number


@dataclass(frozen=True, slots=True)
class AccessConfiguration:
    """How many helpers a manager may have, when unused accounts are asked about and blocked, what files may hold and shut out."""

    lockout_percent: int
    co_chiefs: int
    co_managers: int
    away_days: int
    unused_days: int
    declarations: int
    ahead_days: int
    contact_persons: int

    @property
    def limits(self) -> AccountLimits:
        """Return the limits of an account, as its register needs them."""
        return AccountLimits(
            co_chiefs=self.co_chiefs, co_managers=self.co_managers, contact_persons=self.contact_persons
        )

    @property
    def files(self) -> FileLimits:
        """Return the limits of a file of access declarations."""
        return FileLimits(declarations=self.declarations, ahead_days=self.ahead_days)

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            lockout_percent=read_number("GUICHET_ACCESS_LOCKOUT_PERCENT", 20),
            co_chiefs=read_number("GUICHET_ACCESS_CO_CHIEFS", 1),
            co_managers=read_number("GUICHET_ACCESS_CO_MANAGERS", 1),
            away_days=max(read_number("GUICHET_ACCESS_AWAY_DAYS", 90), 1),
            unused_days=max(read_number("GUICHET_ACCESS_UNUSED_DAYS", 365), 1),
            declarations=max(read_number("GUICHET_ACCESS_DECLARATIONS", 10_000), 1),
            ahead_days=read_number("GUICHET_ACCESS_AHEAD_DAYS", 90),
            contact_persons=max(read_number("GUICHET_ACCESS_CONTACT_PERSONS", 3), 1),
        )
