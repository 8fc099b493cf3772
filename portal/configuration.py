"""Read the counter's configuration from environment variables, with the defaults of a single machine."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from domain.refusals import OutageError
from evidence.database_address import find_database_url

REPOSITORY = Path(__file__).resolve().parent.parent


class ConfigurationError(OutageError):
    """A setting has a value that cannot be used; the message names the variable and what is expected."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where things are and which numbers hold; docs/reference/settings.md explains each variable."""

    home: Path
    schemas: Path
    database_url: str
    database_pool: int
    sftp_host: str
    sftp_port: int
    sftp_workers: int
    staging_max_bytes: int
    staging_max_files: int
    lease_seconds: int
    go_grace_minutes: int
    go_timeout_hours: int
    notification_forms: int
    check_nsso_digits: bool
    late_also_369: bool
    operator_address: str
    hsts_seconds: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return the configuration of this process; ConfigurationError names the first unusable variable."""
        home = Path(os.environ.get("GUICHET_HOME", REPOSITORY / "var")).resolve()
        return cls(
            home=home,
            schemas=Path(os.environ.get("GUICHET_SCHEMAS", REPOSITORY / "schemas")).resolve(),
            database_url=find_database_url(home, os.environ) or "postgresql://postgres@/guichet",
            database_pool=_number("GUICHET_DATABASE_POOL", 0),
            sftp_host=os.environ.get("GUICHET_SFTP_HOST", "127.0.0.1"),
            sftp_port=_number("GUICHET_SFTP_PORT", 8022),
            sftp_workers=_number("GUICHET_SFTP_WORKERS", 2),
            staging_max_bytes=_number("GUICHET_STAGING_MAX_BYTES", 5 * 1024**3),
            staging_max_files=_number("GUICHET_STAGING_MAX_FILES", 2000),
            lease_seconds=_number("GUICHET_LEASE_SECONDS", 120),
            go_grace_minutes=_number("GUICHET_GO_GRACE_MINUTES", 15),
            go_timeout_hours=_number("GUICHET_GO_TIMEOUT_HOURS", 24),
            notification_forms=_number("GUICHET_NOTIFICATION_FORMS", 25_000),
            check_nsso_digits=_switch("GUICHET_CHECK_NSSO_DIGITS", default=True),
            late_also_369=_switch("GUICHET_LATE_ALSO_369", default=False),
            hsts_seconds=_number("GUICHET_HSTS_SECONDS", 0),
            operator_address=os.environ.get("GUICHET_OPERATOR_ADDRESS", "operator@guichet.example"),
        )


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ConfigurationError(f"{name} is {text!r}; a whole number is expected")
    return int(text)


def _switch(name: str, *, default: bool) -> bool:
    text = os.environ.get(name, "on" if default else "off")
    if text not in {"on", "off"}:
        raise ConfigurationError(f"{name} is {text!r}; on or off is expected")
    return text == "on"
