"""The configuration of the FTP door, the web service and the notices, read from environment variables."""

import os
from dataclasses import dataclass
from typing import Self

from domain.network_addresses import IpNetwork
from portal.environment_variables import read_networks, read_number, read_switch


@dataclass(frozen=True, slots=True)
class FtpConfiguration:
    """Where the FTP door listens and what it bounds."""

    host: str
    any_address: bool
    port: int
    workers: int
    passive_ports: str
    masquerade_address: str
    sessions_per_source: int
    sessions_per_sender: int
    ban_seconds: int
    exempt: frozenset[IpNetwork]

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            host=os.environ.get("GUICHET_FTP_HOST") or "127.0.0.1",
            any_address=read_switch("GUICHET_FTP_ANY_ADDRESS", default=False),
            port=read_number("GUICHET_FTP_PORT", 8021),
            workers=read_number("GUICHET_FTP_WORKERS", 2),
            passive_ports=os.environ.get("GUICHET_FTP_PASSIVE_PORTS", ""),
            masquerade_address=os.environ.get("GUICHET_FTP_MASQUERADE_ADDRESS", ""),
            sessions_per_source=read_number("GUICHET_FTP_SESSIONS_PER_SOURCE", 200),
            sessions_per_sender=read_number("GUICHET_FTP_SESSIONS_PER_SENDER", 50),
            ban_seconds=read_number("GUICHET_FTP_BAN_SECONDS", 900),
            exempt=read_networks("GUICHET_FTP_EXEMPT"),
        )


@dataclass(frozen=True, slots=True)
class WebConfiguration:
    """Under which address the web service is known and what it bounds."""

    public_url: str
    token_seconds: int
    assertion_seconds: int
    clock_tolerance_seconds: int
    max_body_bytes: int
    idle_seconds: int
    requests_per_minute: int
    requests_at_once: int
    failures_per_minute: int
    threads: int
    wait_seconds: int
    connections: int
    source_connections: int
    handshakes: int
    source_handshakes: int
    handshake_seconds: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            public_url=os.environ.get("GUICHET_PUBLIC_URL")
            or f"https://localhost:{read_number('GUICHET_PORTAL_PORT', 8443)}",
            token_seconds=read_number("GUICHET_WEB_TOKEN_SECONDS", 600),
            assertion_seconds=read_number("GUICHET_WEB_ASSERTION_SECONDS", 300),
            clock_tolerance_seconds=read_number("GUICHET_WEB_CLOCK_TOLERANCE_SECONDS", 30),
            max_body_bytes=read_number("GUICHET_WEB_MAX_BODY_BYTES", 512 * 1024**2),
            idle_seconds=read_number("GUICHET_WEB_IDLE_SECONDS", 20),
            requests_per_minute=read_number("GUICHET_WEB_REQUESTS_PER_MINUTE", 18_000),
            requests_at_once=read_number("GUICHET_WEB_REQUESTS_AT_ONCE", 256),
            failures_per_minute=read_number("GUICHET_WEB_FAILURES_PER_MINUTE", 120),
            threads=read_number("GUICHET_WEB_THREADS", 8),
            wait_seconds=read_number("GUICHET_WEB_WAIT_SECONDS", 60),
            connections=read_number("GUICHET_WEB_CONNECTIONS", 2000),
            source_connections=read_number("GUICHET_WEB_SOURCE_CONNECTIONS", 1500),
            handshakes=read_number("GUICHET_WEB_HANDSHAKES", 1000),
            source_handshakes=read_number("GUICHET_WEB_SOURCE_HANDSHAKES", 500),
            handshake_seconds=read_number("GUICHET_WEB_HANDSHAKE_SECONDS", 10, least=1),
        )


@dataclass(frozen=True, slots=True)
class NoticeConfiguration:
    """How receivers are told of answers."""

    hours: int
    seconds: int
    mail_minutes: int
    networks: frozenset[IpNetwork]
    ca: str

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            hours=read_number("GUICHET_NOTICE_HOURS", 48),
            seconds=read_number("GUICHET_NOTICE_SECONDS", 10),
            mail_minutes=read_number("GUICHET_NOTICE_MAIL_MINUTES", 60),
            networks=read_networks("GUICHET_NOTICE_NETWORKS"),
            ca=os.environ.get("GUICHET_NOTICE_CA", ""),
        )
