"""Read the counter's configuration from environment variables, with the defaults of a single machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Self

from domain.channels import Channel
from domain.network_addresses import IpNetwork
from domain.reception_rules import ReceptionRules
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
    ftp_host: str
    ftp_any_address: bool
    ftp_port: int
    ftp_workers: int
    ftp_passive_ports: str
    ftp_masquerade_address: str
    ftp_sessions_per_source: int
    ftp_sessions_per_sender: int
    ftp_ban_seconds: int
    staging_max_bytes: int
    staging_max_files: int
    lease_seconds: int
    go_grace_minutes: int
    go_timeout_hours: int
    max_parts: int
    max_payload_bytes: int
    max_forms: int
    min_form_bytes: int
    zip_channels: frozenset[Channel]
    zip_max_bytes: int
    unsigned_channels: frozenset[Channel]
    purpose_channels: Mapping[str, frozenset[Channel]]
    notification_forms: int
    answer_zip_bytes: int
    keep_downloaded_days: int
    keep_answers_days: int
    keep_runs_days: int
    trust: Path
    trust_policies: frozenset[str]
    trust_fetch: bool
    revocation_max_age_hours: int
    accept_text_signatures: bool
    tsa_url: str
    tsa_certificate: str
    check_nsso_digits: bool
    late_also_369: bool
    operator_address: str
    notice_hours: int
    notice_seconds: int
    notice_mail_minutes: int
    notice_networks: frozenset[IpNetwork]
    notice_ca: str
    hsts_seconds: int
    public_url: str
    web_token_seconds: int
    web_assertion_seconds: int
    web_clock_tolerance_seconds: int
    web_max_body_bytes: int
    web_idle_seconds: int
    web_requests_per_minute: int
    web_requests_at_once: int
    web_failures_per_minute: int
    web_threads: int
    web_wait_seconds: int

    @property
    def reception_rules(self) -> ReceptionRules:
        """What senders may deliver, as doors and judges need it."""
        return ReceptionRules(
            max_parts=self.max_parts,
            zip_channels=self.zip_channels,
            zip_set_bytes=self.zip_max_bytes,
            unsigned_channels=self.unsigned_channels,
            purpose_channels=self.purpose_channels,
        )

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
            ftp_host=os.environ.get("GUICHET_FTP_HOST", "127.0.0.1"),
            ftp_any_address=_switch("GUICHET_FTP_ANY_ADDRESS", default=False),
            ftp_port=_number("GUICHET_FTP_PORT", 8021),
            ftp_workers=_number("GUICHET_FTP_WORKERS", 2),
            ftp_passive_ports=os.environ.get("GUICHET_FTP_PASSIVE_PORTS", ""),
            ftp_masquerade_address=os.environ.get("GUICHET_FTP_MASQUERADE_ADDRESS", ""),
            ftp_sessions_per_source=_number("GUICHET_FTP_SESSIONS_PER_SOURCE", 200),
            ftp_sessions_per_sender=_number("GUICHET_FTP_SESSIONS_PER_SENDER", 50),
            ftp_ban_seconds=_number("GUICHET_FTP_BAN_SECONDS", 900),
            staging_max_bytes=_number("GUICHET_STAGING_MAX_BYTES", 5 * 1024**3),
            staging_max_files=_number("GUICHET_STAGING_MAX_FILES", 2000),
            lease_seconds=_number("GUICHET_LEASE_SECONDS", 120),
            go_grace_minutes=_number("GUICHET_GO_GRACE_MINUTES", 15),
            go_timeout_hours=_number("GUICHET_GO_TIMEOUT_HOURS", 24),
            max_parts=_number("GUICHET_MAX_PARTS", 9),
            max_payload_bytes=_number("GUICHET_MAX_PAYLOAD_BYTES", 256 * 1024**2),
            max_forms=_number("GUICHET_MAX_FORMS", 250_000),
            min_form_bytes=_number("GUICHET_MIN_FORM_BYTES", 64),
            zip_channels=_channels("GUICHET_ZIP_CHANNELS"),
            zip_max_bytes=_number("GUICHET_ZIP_MAX_BYTES", 64 * 1024**2),
            unsigned_channels=_channels("GUICHET_UNSIGNED_CHANNELS"),
            purpose_channels=_purpose_channels("GUICHET_PURPOSE_CHANNELS"),
            notification_forms=_number("GUICHET_NOTIFICATION_FORMS", 25_000),
            answer_zip_bytes=_number("GUICHET_ANSWER_ZIP_BYTES", 50_000_000),
            keep_downloaded_days=_number("GUICHET_KEEP_DOWNLOADED_DAYS", 30),
            keep_answers_days=_number("GUICHET_KEEP_ANSWERS_DAYS", 90),
            keep_runs_days=_number("GUICHET_KEEP_RUNS_DAYS", 30),
            trust=Path(os.environ.get("GUICHET_TRUST", home / "trust")).resolve(),
            trust_policies=frozenset(os.environ.get("GUICHET_TRUST_POLICIES", "").replace(",", " ").split()),
            trust_fetch=_switch("GUICHET_TRUST_FETCH", default=True),
            revocation_max_age_hours=_number("GUICHET_REVOCATION_MAX_AGE_HOURS", 24),
            accept_text_signatures=_switch("GUICHET_ACCEPT_TEXT_SIGNATURES", default=False),
            tsa_url=os.environ.get("GUICHET_TSA_URL", ""),
            tsa_certificate=os.environ.get("GUICHET_TSA_CERTIFICATE", ""),
            check_nsso_digits=_switch("GUICHET_CHECK_NSSO_DIGITS", default=True),
            late_also_369=_switch("GUICHET_LATE_ALSO_369", default=False),
            hsts_seconds=_number("GUICHET_HSTS_SECONDS", 0),
            notice_hours=_number("GUICHET_NOTICE_HOURS", 48),
            notice_seconds=_number("GUICHET_NOTICE_SECONDS", 10),
            notice_mail_minutes=_number("GUICHET_NOTICE_MAIL_MINUTES", 60),
            notice_networks=_networks("GUICHET_NOTICE_NETWORKS"),
            notice_ca=os.environ.get("GUICHET_NOTICE_CA", ""),
            operator_address=os.environ.get("GUICHET_OPERATOR_ADDRESS", "operator@guichet.example"),
            public_url=os.environ.get("GUICHET_PUBLIC_URL", "https://localhost:8443"),
            web_token_seconds=_number("GUICHET_WEB_TOKEN_SECONDS", 600),
            web_assertion_seconds=_number("GUICHET_WEB_ASSERTION_SECONDS", 300),
            web_clock_tolerance_seconds=_number("GUICHET_WEB_CLOCK_TOLERANCE_SECONDS", 30),
            web_max_body_bytes=_number("GUICHET_WEB_MAX_BODY_BYTES", 512 * 1024**2),
            web_idle_seconds=_number("GUICHET_WEB_IDLE_SECONDS", 20),
            web_requests_per_minute=_number("GUICHET_WEB_REQUESTS_PER_MINUTE", 18_000),
            web_requests_at_once=_number("GUICHET_WEB_REQUESTS_AT_ONCE", 256),
            web_failures_per_minute=_number("GUICHET_WEB_FAILURES_PER_MINUTE", 120),
            web_threads=_number("GUICHET_WEB_THREADS", 8),
            web_wait_seconds=_number("GUICHET_WEB_WAIT_SECONDS", 60),
        )


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ConfigurationError(f"{name} is {text!r}; a whole number is expected")
    return int(text)


def _channels(name: str) -> frozenset[Channel]:
    texts = os.environ.get(name, "").replace(",", " ").split()
    try:
        return frozenset(map(Channel, texts))
    except ValueError:
        expected = ", ".join(Channel)
        raise ConfigurationError(f"{name} is {' '.join(texts)!r}; some of {expected} are expected") from None


def _purpose_channels(name: str) -> dict[str, frozenset[Channel]]:
    """Return what words such as `CIAO=SFTP+WEB_SERVICE` say."""
    allowed = {}
    for word in os.environ.get(name, "").replace(",", " ").split():
        purpose, _, channels = word.partition("=")
        try:
            allowed[purpose] = frozenset(map(Channel, channels.split("+")))
        except ValueError:
            example = "+".join(Channel)
            raise ConfigurationError(f"{name} holds {word!r}; words like DIMN={example} are expected") from None
    return allowed


def _networks(name: str) -> frozenset[IpNetwork]:
    text = os.environ.get(name, "")
    try:
        return frozenset(map(ip_network, text.replace(",", " ").split()))
    except ValueError as fault:
        raise ConfigurationError(f"{name} is {text!r}: {fault}; networks like 10.1.0.0/16 are expected") from None


def _switch(name: str, *, default: bool) -> bool:
    text = os.environ.get(name, "on" if default else "off")
    if text not in {"on", "off"}:
        raise ConfigurationError(f"{name} is {text!r}; on or off is expected")
    return text == "on"
