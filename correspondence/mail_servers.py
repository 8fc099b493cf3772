"""Where mail is handed over, and how the way there is protected. Needs no table, so that settings can name it."""

from dataclasses import dataclass, field
from enum import StrEnum


class MailSecurity(StrEnum):
    """How the way to the mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, as whom, and from what address; without a user nobody signs in there."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
