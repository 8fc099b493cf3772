"""Receivers of notices on loopback, each with one fault, behind certificates of an authority of the test."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands.authority import Authority, certificate_pem

NOW = datetime.now(UTC)
AUTHORITY = Authority.create("Authority of receivers", at=NOW - timedelta(days=1), lifetime=timedelta(days=9))
Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Seen:
    """One request as a receiver got it."""

    headers: dict[str, str]
    body: bytes
    target: str


@dataclass
class Receiver:
    """A receiver that counts its connections and keeps what it was sent."""

    port: int = 0
    connections: int = 0
    seen: list[Seen] = field(default_factory=list)

    def address(self, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}/told?of=answers"


def answer(status: str, *headers: str, body: bytes = b"") -> Answering:
    async def write(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()

    return write


async def reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def dripping(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 102 Processing\r\n")
    while True:
        writer.write(b"x-drip: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless_head(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 ")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def endless_body(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        await writer.drain()


async def gibberish(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 smtp.example ready\r\n")
    await writer.drain()


def server_context(folder: Path, *, hosts: tuple[str, ...] = ("localhost",), authority: Authority = AUTHORITY):
    identity = authority.issue_server(list(hosts), [], at=NOW - timedelta(hours=1), lifetime=timedelta(days=2))
    key, certificate = folder / f"{hosts[0]}.key.pem", folder / f"{hosts[0]}.cert.pem"
    identity.write(key_path=key, certificate_path=certificate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def authority_file(folder: Path) -> str:
    path = folder / "authority.pem"
    path.write_text(certificate_pem(AUTHORITY.identity.certificate))
    return str(path)


@asynccontextmanager
async def receiving(context: ssl.SSLContext, answering: Answering) -> AsyncIterator[Receiver]:
    receiver, busy = Receiver(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy.add(task)
        receiver.connections += 1
        try:
            receiver.seen.append(await read_request(reader))
            await answering(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            busy.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        waiting = list(busy)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").splitlines()
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Seen(headers, body, head[0].split()[1])
