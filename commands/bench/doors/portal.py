"""The portal as it runs in production, for a while, and what a program needs to speak to its web service."""

import secrets
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from commands.bench.doors.installation import Installation, free_port
from commands.bench.doors.senders import CLIENT_KID, BenchSender
from commands.stack.configuration import StackConfiguration
from commands.stack.processes import PORTAL
from domain.refusals import OutageError

_START_SECONDS = 60.0
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class RunningPortal:
    """Where the portal answers, whom its certificate is from, and the process above its others."""

    port: int
    pid: int
    authority: Path

    @property
    def url(self) -> str:
        """The address before every path."""
        return f"https://localhost:{self.port}"

    def token_for(self, sender: BenchSender) -> str:
        """Return an access token, got as every program gets it."""
        now, address = int(time.time()), f"{self.url}/api/oauth/token"
        claims = {
            "iss": sender.client_id,
            "sub": sender.client_id,
            "aud": address,
            "jti": secrets.token_hex(16),
            "iat": now,
            "exp": now + 60,
        }
        key = ECKey.import_key(sender.client_key.read_bytes())
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": jwt.encode({"alg": "ES256", "kid": CLIENT_KID}, claims, key, algorithms=["ES256"]),
        }
        answer = httpx.post(address, data=form, verify=self._context(), timeout=30)
        if answer.status_code != httpx.codes.OK:
            raise OutageError(f"the web service gave no token: {answer.text}")
        return str(answer.json()["access_token"])

    def is_answering(self) -> bool:
        """Whether the web service answers."""
        try:
            answer = httpx.get(f"{self.url}/api/v1/openapi.json", verify=self._context(), timeout=10)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))


@contextmanager
def running_portal(installation: Installation, environment: dict[str, str]) -> Iterator[RunningPortal]:
    """Run gunicorn with the arguments of the stack until the block ends."""
    port, home = free_port(), installation.home
    own = {"GUICHET_PORTAL_PORT": str(port), "GUICHET_PUBLIC_URL": f"https://localhost:{port}"}
    command = PORTAL.command(replace(StackConfiguration.from_environment(own), home=home))
    with installation.running(command[1:], port, own | environment) as pid:
        portal = RunningPortal(port, pid, home / "keys" / "authority.cert.pem")
        deadline = time.monotonic() + _START_SECONDS
        while not portal.is_answering():
            if time.monotonic() > deadline:
                raise OutageError("the portal does not answer")
            time.sleep(0.1)
        yield portal
