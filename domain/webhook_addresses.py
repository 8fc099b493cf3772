"""The address of a receiver that is told of answers over https."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from domain.network_addresses import IpAddress

LONGEST_ADDRESS = 500
HTTPS_PORT = 443
_PRINTABLE = re.compile(r"\A[\x21-\x7e]+\Z")
_HOST_NAME = re.compile(r"\A(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z")


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """An https address: `host` is a name in small ASCII letters or an IP address, `target` what is asked for there."""

    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the address written in `text`; ValueError with a sentence for anything but plain https."""
        if len(text) > LONGEST_ADDRESS or not _PRINTABLE.match(text):
            raise ValueError(f"an address has 1 to {LONGEST_ADDRESS} printable ASCII characters without blanks")
        parts = urlsplit(text)
        port = parts.port  # ValueError with its own sentence for what is no port
        if parts.scheme != "https":
            raise ValueError("an address that begins with https:// is expected")
        if "@" in parts.netloc or "#" in text or "\\" in text:
            raise ValueError("an address without user, password, fragment and backslash is expected")
        host = (parts.hostname or "").lower()
        if literal(host) is None and not _HOST_NAME.match(host):
            raise ValueError("a host name in ASCII (punycode) or an IP address is expected")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(host, HTTPS_PORT if port is None else port, target)

    @property
    def authority(self) -> str:
        """Host and port as a request names them."""
        return _with_port(self.host, self.port)

    def at(self, address: IpAddress) -> str:
        """Return the URL that leads to the same target at that IP address."""
        return f"https://{_with_port(str(address), self.port)}{self.target}"

    def __str__(self) -> str:
        return f"https://{self.authority}{self.target}"


def literal(host: str) -> IpAddress | None:
    """Return the IP address that the host is; None where it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _with_port(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port == HTTPS_PORT else f"{shown}:{port}"
