"""The configuration of digital keys, of the office that hands them over and of the mail to their owners, read from environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from correspondence.mail_servers import MailSecurity, MailServer
from domain.languages import Language
from domain.opening_hours import OpeningHours
from domain.sign_in_limits import KeyLimits
from portal.environment_variables import ConfigurationError, read_number, read_opening_hours, read_switch
from portal.session_configuration import SessionConfiguration


@dataclass(frozen=True, slots=True)
class KeyConfiguration:
    """Which digital keys are offered, how strict they are, and how long the stays last that they open."""

    token_card_enabled: bool
    totp_window: int
    leaked_passwords: str
    password_failures: int
    password_lock_minutes: int
    new_password_hours: int
    office_link_days: int
    operator_link_hours: int
    passkeys: int
    code_tries: int
    card_misses: int
    recovery_codes: int
    attempt_minutes: int
    first_password_minutes: int
    first_keys_minutes: int
    challenge_minutes: int
    pending_minutes: int
    session: SessionConfiguration

    @property
    def limits(self) -> KeyLimits:
        """Return the limits of keys, as the room of signing in needs them."""
        return KeyLimits(
            password_failures=self.password_failures,
            password_lock=timedelta(minutes=self.password_lock_minutes),
            new_password=timedelta(hours=self.new_password_hours),
            office_link=timedelta(days=self.office_link_days),
            operator_link=timedelta(hours=self.operator_link_hours),
            passkeys=self.passkeys,
            code_tries=self.code_tries,
            card_misses=self.card_misses,
            recovery_codes=self.recovery_codes,
            attempt=timedelta(minutes=self.attempt_minutes),
            first_password=timedelta(minutes=self.first_password_minutes),
            first_keys=timedelta(minutes=self.first_keys_minutes),
            challenge=timedelta(minutes=self.challenge_minutes),
            pending=timedelta(minutes=self.pending_minutes),
        )

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            token_card_enabled=read_switch("GUICHET_KEYS_TOKEN_CARD_ENABLED", default=True),
            totp_window=min(read_number("GUICHET_KEYS_TOTP_WINDOW", 1), 2),
            leaked_passwords=_read_list("GUICHET_KEYS_LEAKED_PASSWORDS"),
            password_failures=max(read_number("GUICHET_KEYS_PASSWORD_FAILURES", 5), 1),
            password_lock_minutes=max(read_number("GUICHET_KEYS_PASSWORD_LOCK_MINUTES", 15), 1),
            new_password_hours=max(read_number("GUICHET_KEYS_NEW_PASSWORD_HOURS", 72), 1),
            office_link_days=max(read_number("GUICHET_KEYS_OFFICE_LINK_DAYS", 14), 1),
            operator_link_hours=max(read_number("GUICHET_KEYS_OPERATOR_LINK_HOURS", 24), 1),
            passkeys=max(read_number("GUICHET_KEYS_PASSKEYS", 10), 1),
            code_tries=max(read_number("GUICHET_KEYS_CODE_TRIES", 5), 1),
            card_misses=max(read_number("GUICHET_KEYS_CARD_MISSES", 3), 1),
            recovery_codes=max(read_number("GUICHET_KEYS_RECOVERY_CODES", 10), 1),
            attempt_minutes=max(read_number("GUICHET_KEYS_ATTEMPT_MINUTES", 10), 1),
            first_password_minutes=max(read_number("GUICHET_KEYS_FIRST_PASSWORD_MINUTES", 20), 1),
            first_keys_minutes=max(read_number("GUICHET_KEYS_FIRST_KEYS_MINUTES", 30), 1),
            challenge_minutes=max(read_number("GUICHET_KEYS_CHALLENGE_MINUTES", 5), 1),
            pending_minutes=max(read_number("GUICHET_KEYS_PENDING_MINUTES", 60), 1),
            session=SessionConfiguration.from_environment(),
        )


def _read_list(name: str) -> str:
    text = os.environ.get(name, "")
    if text and not Path(text).is_file():
        raise ConfigurationError(f"{name} is {text!r}; a file is expected")
    return text


@dataclass(frozen=True, slots=True)
class OfficeConfiguration:
    """The registration office that pages tell people of."""

    phone: str
    address_nl: str
    address_fr: str
    address_de: str
    address_en: str
    hours: OpeningHours

    @property
    def addresses(self) -> Mapping[Language, str]:
        """Where it is, as each language writes it."""
        return {
            Language.NL: self.address_nl,
            Language.FR: self.address_fr,
            Language.DE: self.address_de,
            Language.EN: self.address_en,
        }

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it."""
        return cls(
            phone=os.environ.get("GUICHET_OFFICE_PHONE") or "+32 2 509 59 59",
            address_nl=os.environ.get("GUICHET_OFFICE_ADDRESS_NL") or "Victor Hortaplein 11, 1060 Brussel",
            address_fr=os.environ.get("GUICHET_OFFICE_ADDRESS_FR") or "Place Victor Horta 11, 1060 Bruxelles",
            address_de=os.environ.get("GUICHET_OFFICE_ADDRESS_DE") or "Victor-Horta-Platz 11, 1060 Brüssel",
            address_en=os.environ.get("GUICHET_OFFICE_ADDRESS_EN") or "Place Victor Horta 11, 1060 Brussels",
            hours=read_opening_hours("GUICHET_OFFICE_HOURS", "1-5 9-12"),
        )


@dataclass(frozen=True, slots=True)
class EboxConfiguration:
    """How long documents of an e-Box are valid, and how long before their end they are marked."""

    valid_days: int
    expiring_days: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            valid_days=max(read_number("GUICHET_EBOX_VALID_DAYS", 183), 1),
            expiring_days=read_number("GUICHET_EBOX_EXPIRING_DAYS", 30),
        )


@dataclass(frozen=True, slots=True)
class MailConfiguration:
    """The mail server, without whose host letters go into a folder, and the e-Boxes that letters tell of."""

    host: str
    port: int
    security: str
    user: str
    password_file: str
    sender: str
    give_up_days: int
    ebox: EboxConfiguration

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            host=os.environ.get("GUICHET_MAIL_HOST", ""),
            port=read_number("GUICHET_MAIL_PORT", 587),
            security=os.environ.get("GUICHET_MAIL_SECURITY") or "starttls",
            user=os.environ.get("GUICHET_MAIL_USER", ""),
            password_file=os.environ.get("GUICHET_MAIL_PASSWORD_FILE", ""),
            sender=os.environ.get("GUICHET_MAIL_SENDER") or "guichet@guichet.example",
            give_up_days=max(read_number("GUICHET_MAIL_GIVE_UP_DAYS", 3), 1),
            ebox=EboxConfiguration.from_environment(),
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
