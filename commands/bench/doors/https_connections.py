"""A bare https connection that asks the web service and waits for its answers; it costs little beside the service's work."""

import secrets
import socket
import ssl
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service answered."""

    status: int
    content: bytes


class HttpsConnection:
    """One connection that is kept from request to request."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(plain, server_hostname="localhost")
        self._pending = b""

    def ask(self, request: bytes) -> Reply:
        """Send a whole request and return the answer."""
        self._socket.sendall(request)
        while (end := self._pending.find(b"\r\n\r\n")) < 0:
            self._read()
        head, self._pending = self._pending[:end], self._pending[end + 4 :]
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", "0"))
        while len(self._pending) < length:
            self._read()
        content, self._pending = self._pending[:length], self._pending[length:]
        return Reply(int(lines[0].split(" ", 2)[1]), content)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _read(self) -> None:
        block = self._socket.recv(65_536)
        if not block:
            raise ConnectionError("the web service hung up")
        self._pending += block


def render_get(path: str, *, port: int, token: str) -> bytes:
    """Return a request that reads."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode("ascii")


def render_delivery(
    set_key: str, *, payload: bytes, signature: bytes, port: int, token: str, has_key: bool = False
) -> bytes:
    """Return a request that delivers one set of two files; its GO is implied."""
    boundary = secrets.token_hex(16)
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode("ascii")
        + content
        + b"\r\n"
        for name, content in ((f"FI.{set_key}.1.1", payload), (f"FS.{set_key}.1.1", signature))
    )
    body += f"--{boundary}--\r\n".encode("ascii")
    key = f"Idempotency-Key: {secrets.token_hex(16)}\r\n" if has_key else ""
    head = (
        f"POST /api/v1/deliveries HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {token}\r\n{key}"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body
