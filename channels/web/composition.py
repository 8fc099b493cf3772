"""What the web service is made of; the portal composes it."""

from collections.abc import Callable
from dataclasses import dataclass

from channels.inboxes import StagingQuota
from channels.logins import ChannelLogin
from channels.mailboxes import Mailbox, Mailboxes
from channels.sealing import Seal
from channels.staging import StagingArea
from channels.web.presence.check_ins import CheckIns, Signers
from channels.web.student_days import StudentDays
from domain.brussels import Clock
from domain.reception_rules import ReceptionRules
from evidence.blobs import BlobStore

TOKEN_PATH = "/api/oauth/token"  # noqa: S105 - an address
API_PATH = "/api/v1"


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Limits of the web service; docs/reference/settings.md explains each that can be set.

    Seconds, bytes and counts. `min_rate` is the bytes a second below which a body is too slow, after `idle_seconds`.
    """

    public_url: str = "https://localhost:8443"
    token_seconds: int = 600
    assertion_seconds: int = 300
    clock_tolerance_seconds: int = 30
    max_body_bytes: int = 512 * 1024**2
    idle_seconds: float = 20.0
    min_rate: int = 32 * 1024
    requests_per_minute: int = 18_000
    failures_per_minute: int = 120
    requests_at_once: int = 256
    threads: int = 8
    wait_seconds: int = 60
    hsts_seconds: int = 0
    claim_seconds: float = 90.0
    max_evidence_bytes: int = 10 * 1024**2

    @property
    def token_url(self) -> str:
        """The address of the token endpoint; assertions name it, or the official one on this host, as their audience."""
        return self.public_url.rstrip("/") + TOKEN_PATH


@dataclass(frozen=True, slots=True)
class WebComposition:
    """The rooms behind the web service."""

    staging: StagingArea
    quota: StagingQuota
    seal: Seal
    blobs: BlobStore
    clock: Clock
    rules: ReceptionRules
    randomness: Callable[[int], bytes]
    student_days: StudentDays
    check_ins: CheckIns
    signers: Signers
    settings: WebSettings

    def open_mailbox(self, login: ChannelLogin, *, seal: Seal | None = None) -> Mailbox:
        """Return the mailbox of `login`; `seal` stands in for the composed one, which it calls."""
        return Mailboxes(
            staging=self.staging,
            quota=self.quota,
            seal=seal or self.seal,
            blobs=self.blobs,
            clock=self.clock,
            rules=self.rules,
        ).open_mailbox(login)
