"""Lines on which a phone reaches no counter: one that hangs, and one that ends at a proxy with nothing behind it."""

import os
import selectors
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

from playwright.sync_api import Page as Tab

from tests.portal.browser.running_portal import RunningPortal

WAIT_SECONDS = 30


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
    """Hands on whatever comes to the portal; once it has an `answer` of its own, it gives each request that.

    While it `is_cut` nothing passes. What the portal answers is held back for `slowness`, in seconds.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self, portal: RunningPortal) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.behind = portal.port
        self.answer = b""
        self.is_cut = False
        self.slowness = 0.0
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(portal.home / "keys" / "tls.cert.pem", portal.home / "keys" / "tls.key.pem")
        self.lines: set[socket.socket] = set()

    def answer_with(self, status: str, page: str) -> None:
        """Give every request this from now on; what is open is cut."""
        content = page.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(content)}\r\n"
        self.answer = f"{head}Connection: close\r\n\r\n".encode() + content
        self._end_lines()

    def cut(self) -> None:
        """Turn away whoever comes from now on; what is open is cut."""
        self.is_cut = True
        self._end_lines()

    def hand_on(self) -> None:
        """Hand on what comes again."""
        self.answer = b""
        self.is_cut = False

    def _end_lines(self) -> None:
        for line in list(self.lines):
            with suppress(OSError):  # the browser, or the line's own thread, was before us
                line.shutdown(socket.SHUT_RDWR)


class _Line(BaseRequestHandler):
    server: Proxy
    request: socket.socket

    def handle(self) -> None:
        """Note the line before looking what becomes of it: what is cut meanwhile finds it."""
        self.server.lines.add(self.request)
        try:
            if self.server.answer:
                self._answer()
            elif not self.server.is_cut:
                self._hand_on()
        except OSError:  # either end went away, as lines do
            return
        finally:
            self.server.lines.discard(self.request)

    def _answer(self) -> None:
        with self.server.tls.wrap_socket(self.request, server_side=True) as line:
            line.recv(65536)
            line.sendall(self.server.answer)

    def _hand_on(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.behind)) as behind:
            _relay(self.request, behind, wait=lambda: time.sleep(self.server.slowness))


@contextmanager
def behind_a_proxy(portal: RunningPortal) -> Iterator[tuple[RunningPortal, Proxy]]:
    """The portal as it is reached through a proxy."""
    with Proxy(portal) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield replace(portal, port=proxy.server_address[1]), proxy
        proxy.shutdown()


def wait_until(tab: Tab, has_come: Callable[[], object]) -> None:
    """Let the tab go on until something has come; AssertionError where it does not."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not has_come():
        assert time.monotonic() < deadline, "it never came"
        tab.wait_for_timeout(50)


def _relay(asking: socket.socket, answering: socket.socket, *, wait: Callable[[], None]) -> None:
    """Hand on both ways until one ends; `wait` before the first of what answers what was asked."""
    is_asked = False
    with selectors.DefaultSelector() as ready:
        ready.register(asking, selectors.EVENT_READ, answering)
        ready.register(answering, selectors.EVENT_READ, asking)
        while True:
            for key, _events in ready.select():
                if key.fileobj is answering and is_asked:
                    wait()
                is_asked = key.fileobj is asking
                came = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not came:
                    return
                key.data.sendall(came)
