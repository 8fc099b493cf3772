"""A healthy sender in a process of its own: it delivers small sets through every door in turn and notes how long each takes."""

import secrets
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any

import paramiko

from commands.bench.doors.client_lines import messages, say
from commands.bench.doors.ftp_sessions import Session
from commands.bench.doors.https_connections import HttpsConnection, Reply, render_delivery

_ACCEPTED = 202
_PAYLOAD_BYTES, _SIGNATURE_BYTES = 2_000, 2_500


class HealthySender:
    """One session at each door, kept open."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        line = socket.create_connection(("127.0.0.1", told["sftp"]), timeout=60)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(line)
        transport.connect(username=told["user"], pkey=paramiko.PKey.from_path(told["key"]))
        self._sftp = transport.open_sftp_client()
        self._ftp = Session(told["ftp"])
        self._ftp.login(told["user"], told["password"])
        self._web_port, self._context = told["web"], ssl.create_default_context(cafile=told["authority"])
        self._web: HttpsConnection | None = None
        self._payload, self._signature = secrets.token_bytes(_PAYLOAD_BYTES), secrets.token_bytes(_SIGNATURE_BYTES)

    def over_sftp(self, set_key: str, _token: str) -> None:
        """Deliver one set by SFTP."""
        if self._sftp is not None:
            for name, content in self._files(set_key):
                with self._sftp.open(f"IN/{name}", "w") as file:
                    file.write(content)

    def over_ftp(self, set_key: str, _token: str) -> None:
        """Deliver one set by FTP."""
        for name, content in self._files(set_key):
            self._ftp.put(name, content)

    def over_web(self, set_key: str, token: str) -> None:
        """Deliver one set by the web service, over the connection that is open or a new one."""
        request = render_delivery(
            set_key, payload=self._payload, signature=self._signature, port=self._web_port, token=token
        )
        reply = self._ask_web(request)
        if reply.status != _ACCEPTED:
            raise RuntimeError(f"the web service answered {reply.status}: {reply.content!r}")

    def _ask_web(self, request: bytes) -> Reply:
        """Ask over the open connection; the service closes one that was silent for some seconds, then over a new one."""
        if self._web is not None:
            try:
                return self._web.ask(request)
            except OSError:
                self._web.close()
        self._web = HttpsConnection(self._web_port, self._context)
        return self._web.ask(request)

    def _files(self, set_key: str) -> tuple[tuple[str, bytes], ...]:
        return (f"FI.{set_key}.1.1", self._payload), (f"FS.{set_key}.1.1", self._signature), (f"GO.{set_key}.1", b"")


def main() -> None:
    """Sign in at the first message; deliver at each later one, and answer with the seconds of each set by door."""
    sender: HealthySender | None = None
    for message in messages():
        if sender is None:
            sender = HealthySender(message)
            say("ready")
        else:
            say(_deliver(sender, message["sets"], message["token"], pause=message["pause"]))


def _deliver(sender: HealthySender, sets: list[str], token: str, *, pause: float) -> dict[str, list[float]]:
    doors: dict[str, Callable[[str, str], None]] = {
        "sftp": sender.over_sftp,
        "ftp": sender.over_ftp,
        "web": sender.over_web,
    }
    seconds: dict[str, list[float]] = {door: [] for door in doors}
    for number, set_key in enumerate(sets):
        door = list(doors)[number % len(doors)]
        began = time.perf_counter()
        doors[door](set_key, token)
        seconds[door].append(time.perf_counter() - began)
        time.sleep(pause)
    return seconds


if __name__ == "__main__":
    main()
