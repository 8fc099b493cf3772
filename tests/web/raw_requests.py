"""Requests written byte by byte, for what no client would send."""

import contextlib
import socket

from tests.web.conftest import Web

BOUNDARY = "7MA4YWxkTrZu0gW"


def multipart(parts: list[tuple[str, bytes]], *, closed: bool = True, field: str = "file") -> bytes:
    written = b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in parts
    )
    return written + (f"--{BOUNDARY}--\r\n".encode() if closed else b"")


def a_head(
    token: str,
    *,
    length: int | None,
    request: str = "POST /api/v1/deliveries",
    extra: str = "",
    kind: str | None = None,
) -> bytes:
    lines = [f"{request} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}"]
    lines += ["Content-Type: " + (f"multipart/form-data; boundary={BOUNDARY}" if kind is None else kind)]
    lines += [] if length is None else [f"Content-Length: {length}"]
    return ("\r\n".join(lines) + "\r\n" + extra + "\r\n").encode("latin-1")


def receive(connection: socket.socket, *, seconds: float = 10) -> bytes:
    """Return what is answered until the connection ends, falls silent or has answered whole."""
    connection.settimeout(seconds)
    received = b""
    with contextlib.suppress(OSError):
        while piece := connection.recv(65536):
            received += piece
            head, end, content = received.partition(b"\r\n\r\n")
            if end and b"content-length: " in head.lower():
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                if len(content) >= length:
                    return received
    return received


def ask(web: Web, request: bytes, *, seconds: float = 10) -> bytes:
    """Return what the server answers to these bytes."""
    with web.server.connection() as connection:
        with contextlib.suppress(OSError):
            connection.sendall(request)
        return receive(connection, seconds=seconds)


def status(answer: bytes) -> int:
    """Return the status of an answer, 0 when there was none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
