"""Lines on which a phone reaches no counter: one that hangs, and one that ends at a proxy with nothing behind it."""

import os
import selectors
import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

from tests.portal.browser.running_portal import RunningPortal


@contextmanager
def hanging(portal: RunningPortal) -> Iterator[None]:
    """Stop the portal's processes: whoever asks them something meanwhile is answered afterwards, or never."""
    master = portal.process.pid
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    processes = [master, *map(int, workers)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(processes):
            os.kill(process, signal.SIGCONT)


class Proxy(ThreadingTCPServer):
    """Hands on whatever comes to the portal; once it has an `answer` of its own, it gives each request that."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, portal: RunningPortal) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.behind = portal.port
        self.answer = b""
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(portal.home / "keys" / "tls.cert.pem", portal.home / "keys" / "tls.key.pem")
        self.lines: set[socket.socket] = set()

    def answer_with(self, status: str, page: str) -> None:
        """Give every request this from now on; what is open is cut."""
        content = page.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(content)}\r\n"
        self.answer = f"{head}Connection: close\r\n\r\n".encode() + content
        for line in list(self.lines):
            line.shutdown(socket.SHUT_RDWR)

    def hand_on(self) -> None:
        """Hand on what comes again."""
        self.answer = b""


class _Line(BaseRequestHandler):
    server: Proxy
    request: socket.socket

    def handle(self) -> None:
        if self.server.answer:
            with self.server.tls.wrap_socket(self.request, server_side=True) as line:
                line.recv(65536)
                line.sendall(self.server.answer)
            return
        self.server.lines.add(self.request)
        try:
            with socket.create_connection(("127.0.0.1", self.server.behind)) as behind:
                _relay(self.request, behind)
        finally:
            self.server.lines.discard(self.request)


@contextmanager
def behind_a_proxy(portal: RunningPortal) -> Iterator[tuple[RunningPortal, Proxy]]:
    """The portal as it is reached through a proxy."""
    with Proxy(portal) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield replace(portal, port=proxy.server_address[1]), proxy
        proxy.shutdown()


def _relay(one: socket.socket, other: socket.socket) -> None:
    with selectors.DefaultSelector() as ready:
        ready.register(one, selectors.EVENT_READ, other)
        ready.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _events in ready.select():
                came = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not came:
                    return
                key.data.sendall(came)
