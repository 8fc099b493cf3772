"""Speak to the portal over https: one verified connection a request, and the origin is the one that was verified.

No redirect is followed, for then the card would sign for an origin that nobody typed.
"""

import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from eid_agent.troubles import AgentError, Trouble

CHALLENGE_PATH: Final = "/login/eid/agent/challenge"
TOKEN_PATH: Final = "/login/eid/agent"  # noqa: S105 - an address
AGENT: Final = "guichet-eid-agent/1.0"

_SECONDS: Final = 20.0
_MOST_BYTES: Final = 64 * 1024
_HTTPS_PORT: Final = 443
_CODE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}", re.ASCII)
_NONCE = re.compile(r"[A-Za-z0-9+/_=-]{44,128}", re.ASCII)


def read_code(text: str) -> str:
    """Return a pairing code as the page shows it, however it was typed; AgentError CODE_REFUSED for anything else."""
    letters = re.sub(r"[\s-]", "", text).upper()
    code = f"{letters[:4]}-{letters[4:]}"
    if not _CODE.fullmatch(code):
        raise AgentError(Trouble.CODE_REFUSED, "a code has twice four letters and digits")
    return code


@dataclass(frozen=True, slots=True)
class Portal:
    """One portal, by the host and port of its verified connection."""

    host: str
    port: int
    trust: ssl.SSLContext

    @classmethod
    def at(cls, address: str, *, authority: Path | None = None) -> Self:
        """Return the portal at `address`, trusting the system's authorities, or the PEM file `authority` alone.

        Raises AgentError NOT_AN_ADDRESS for anything but https://host[:port], OSError when the file cannot be read.
        """
        try:
            parts = urlsplit(address.strip())
            port = parts.port or _HTTPS_PORT
        except ValueError as error:
            raise AgentError(Trouble.NOT_AN_ADDRESS) from error
        is_bare = parts.path in {"", "/"} and not parts.query and not parts.fragment and parts.username is None
        if parts.scheme != "https" or not parts.hostname or not is_bare or not parts.hostname.isascii():
            raise AgentError(Trouble.NOT_AN_ADDRESS)
        return cls(parts.hostname, port, ssl.create_default_context(cafile=authority))

    @property
    def origin(self) -> str:
        """What the card signs for: `https://host`, with the port where it is not 443."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}" if self.port == _HTTPS_PORT else f"https://{host}:{self.port}"

    def fetch_nonce(self, code: str) -> str:
        """Return what the card has to sign for the page that shows `code`; AgentError CODE_REFUSED when none does."""
        nonce = self._post(CHALLENGE_PATH, {"code": code}, refusal=Trouble.CODE_REFUSED).get("nonce")
        if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
            raise AgentError(Trouble.NOT_REACHED, "the portal sent no nonce of 256 bits")
        return nonce

    def hand_over(self, code: str, token: Mapping[str, str]) -> str:
        """Hand the token over and return the address at which the same browser goes on.

        Raises AgentError NOT_SIGNED_IN when the portal does not take it.
        """
        answer = self._post(TOKEN_PATH, {"code": code, "token": dict(token)}, refusal=Trouble.NOT_SIGNED_IN)
        path = answer.get("continue")
        if not isinstance(path, str) or not re.fullmatch(r"/[A-Za-z0-9/_?=&.-]{1,200}", path) or path[1] == "/":
            raise AgentError(Trouble.NOT_REACHED, "the portal did not say where the browser goes on")
        return f"{self.origin}{path}"

    def _post(self, path: str, content: Mapping[str, object], *, refusal: Trouble) -> dict[str, Any]:
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=_SECONDS, context=self.trust)
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": AGENT}
        try:
            connection.request("POST", path, body=json.dumps(content), headers=headers)
            with connection.getresponse() as answer:
                raw = answer.read(_MOST_BYTES + 1)
        except ssl.SSLCertVerificationError as error:
            raise AgentError(Trouble.NOT_TRUSTED, error.verify_message) from error
        except (OSError, http.client.HTTPException) as error:
            raise AgentError(Trouble.NOT_REACHED, type(error).__name__) from error
        finally:
            connection.close()
        return _read_answer(answer.status, raw, refusal=refusal)


def _read_answer(status: int, raw: bytes, *, refusal: Trouble) -> dict[str, Any]:
    if status in {400, 401, 403, 404, 409, 410}:
        raise AgentError(refusal)
    if status == http.client.TOO_MANY_REQUESTS:
        raise AgentError(Trouble.TOO_MANY)
    if status != http.client.OK:
        raise AgentError(Trouble.NOT_REACHED, f"the portal answered {status}")
    try:
        parsed = json.loads(raw) if len(raw) <= _MOST_BYTES else None
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise AgentError(Trouble.NOT_REACHED, "the portal's answer is not one of this protocol")
    return parsed
