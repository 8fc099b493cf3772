"""The configuration of digital keys, of the office that hands them over and of the mail to their owners, read from environment variables."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from correspondence.mail_servers import MailSecurity, MailServer
from portal.environment_variables import ConfigurationError, read_number, read_switch


@dataclass(frozen=True, slots=True)
class KeyConfiguration:
    """Which digital keys are offered, and how strict they are."""

    token_card_enabled: bool
    totp_window: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            token_card_enabled=read_switch("GUICHET_KEYS_TOKEN_CARD_ENABLED", default=True),
            totp_window=min(read_number("GUICHET_KEYS_TOTP_WINDOW", 1), 2),
        )


@dataclass(frozen=True, slots=True)
class OfficeConfiguration:
    """The registration office that pages tell people of."""

    phone: str
    address: str

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it."""
        return cls(
            phone=os.environ.get("GUICHET_OFFICE_PHONE", "+32 2 509 59 59"),
            address=os.environ.get("GUICHET_OFFICE_ADDRESS", "Place Victor Horta 11, 1060 Brussels"),
        )


@dataclass(frozen=True, slots=True)
class MailConfiguration:
    """The mail server; without a host, letters go into a folder."""

    host: str
    port: int
    security: str
    user: str
    password_file: str
    sender: str

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            host=os.environ.get("GUICHET_MAIL_HOST", ""),
            port=read_number("GUICHET_MAIL_PORT", 587),
            security=os.environ.get("GUICHET_MAIL_SECURITY", "starttls"),
            user=os.environ.get("GUICHET_MAIL_USER", ""),
            password_file=os.environ.get("GUICHET_MAIL_PASSWORD_FILE", ""),
            sender=os.environ.get("GUICHET_MAIL_SENDER", "guichet@guichet.example"),
        )

    def server(self) -> MailServer | None:
        """Return the mail server, or None without a host; ConfigurationError for a value that cannot be used."""
        if not self.host:
            return None
        try:
            security = MailSecurity(self.security)
        except ValueError:
            expected = ", ".join(MailSecurity)
            raise ConfigurationError(
                f"GUICHET_MAIL_SECURITY is {self.security!r}; one of {expected} is expected"
            ) from None
        return MailServer(
            host=self.host,
            port=self.port,
            security=security,
            sender=self.sender,
            user=self.user,
            password=self._read_password(),
        )

    def _read_password(self) -> str:
        if not self.password_file:
            return ""
        try:
            return Path(self.password_file).read_text(encoding="utf-8").strip()
        except OSError as trouble:
            raise ConfigurationError(f"GUICHET_MAIL_PASSWORD_FILE cannot be read: {trouble.strerror}") from trouble
