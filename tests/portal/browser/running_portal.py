"""The portal as browsers meet it: one process over TLS on the test database, and Debian's Chromium."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.architecture.repository import ROOT
from tests.door.conftest import database_url
from tests.made_keys import lay_keys

START_SECONDS = 60
SCREENSHOTS = ROOT / "var" / "screenshots"
CHROMIUM = ("chromium-headless-shell", "chromium")
"""The first needs half the time of the second, which draws its own window as well."""

LANGUAGES = ("nl", "fr", "de", "en")


@dataclass
class RunningPortal:
    """A running portal of one worker process."""

    port: int
    home: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def log(self) -> str:
        return (self.home / "portal.log").read_text()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def kept_port() -> Iterator[int]:
    """A port that nobody else is given while the server starts that is to listen there."""
    with socket.socket() as keeping:
        keeping.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do, which share it until one listens
        keeping.bind(("127.0.0.1", 0))
        yield keeping.getsockname()[1]


def start_portal(home: Path, **settings: str) -> RunningPortal:
    """Start the portal; TimeoutError with its log when it does not answer."""
    lay_keys(home / "keys")
    with kept_port() as port:
        return _start(home, port, settings)


def _start(home: Path, port: int, settings: Mapping[str, str]) -> RunningPortal:
    environment = os.environ | {
        "GUICHET_HOME": str(home),
        "DATABASE_URL": database_url(),
        "GUICHET_PUBLIC_URL": f"https://localhost:{port}",
        **settings,
    }
    with (home / "portal.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "portal.asgi:application"),
                *("--worker-class", "portal.http_worker.HttpWorker", "--workers", "1"),
                *("--bind", f"127.0.0.1:{port}", "--graceful-timeout", "5", "--no-control-socket"),
                *("--certfile", str(home / "keys" / "tls.cert.pem"), "--keyfile", str(home / "keys" / "tls.key.pem")),
            ],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    portal = RunningPortal(port, home, process)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{portal.url}/sign-in", verify=False).status_code == 200:  # noqa: S501 - its own authority
                return portal
        assert process.poll() is None, portal.log
        time.sleep(0.1)
    raise TimeoutError(portal.log)


def chromium() -> str:
    """Return where Chromium is; in a continuous run a missing one is a failure."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert found, "Chromium is missing: apt-get install chromium-headless-shell"
    return found
