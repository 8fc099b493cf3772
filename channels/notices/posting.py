"""Post one notice to one receiver: to a public address only, over verified TLS, within bounds, following nothing.

The name is resolved once and the connection goes to the very address that was judged, so neither a name server that
changes its mind nor a redirect leads inside. Only the status of the answer is read.
"""

import asyncio
import re
import socket
import ssl
from asyncio import IncompleteReadError, LimitOverrunError, StreamReader, StreamWriter
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path

from channels.notices.outcomes import Failed, Gone, Outcome, Taken
from domain.network_addresses import IpAddress, IpNetwork, may_be_reached
from domain.refusals import OutageError
from domain.webhook_addresses import WebhookAddress

_ADDRESSES = 3
"""Addresses of a receiver that are tried, one after another."""

_RESOLVERS = 32
_LONGEST_LINE = 8192
_STATUS_LINE = re.compile(rb"\AHTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n\Z")


class UnreachableError(Exception):
    """The receiver cannot be told; the message is a clause."""


def trusting(extra: str) -> ssl.SSLContext:
    """Return what verifies receivers: the system's authorities and those in the PEM file `extra`, if any.

    Raises OutageError when that file cannot be used.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if extra:
        try:
            context.load_verify_locations(cafile=Path(extra))
        except (OSError, ssl.SSLError) as trouble:
            raise OutageError(f"GUICHET_NOTICE_CA cannot be used: {trouble}") from trouble
    return context


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts notices; `seconds` bound a whole attempt, from the name to the answer. Nothing of an answer's body is read."""

    context: ssl.SSLContext
    allowed: Collection[IpNetwork]
    seconds: float
    resolvers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")
    )
    """A slow name server holds up its own names alone."""

    async def post(self, address: WebhookAddress, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Return what became of posting `body` there; raises nothing for what a receiver or a network does."""
        try:
            async with asyncio.timeout(self.seconds):
                return _judge(await self._post(address, body, headers))
        except TimeoutError:
            return Failed(f"no answer within {self.seconds:g} seconds")
        except UnreachableError as trouble:
            return Failed(str(trouble))
        except (LimitOverrunError, IncompleteReadError, OSError) as trouble:
            return Failed(_explain(trouble))

    async def _post(self, address: WebhookAddress, body: bytes, headers: Mapping[str, str]) -> int:
        reader, writer = await self._connect(address)
        try:
            writer.write(_render(address, body, headers))
            await writer.drain()
            return await _read_status(reader)
        finally:
            writer.transport.abort()

    async def _connect(self, address: WebhookAddress) -> tuple[StreamReader, StreamWriter]:
        """Connect to the first address of the host that answers; all of them must be ones that may be reached."""
        places = await self._resolve(address)
        for place in places[:-1]:
            try:
                return await self._open(address, place)
            except ssl.SSLError:
                raise
            except OSError:
                continue
        return await self._open(address, places[-1])

    async def _open(self, address: WebhookAddress, place: IpAddress) -> tuple[StreamReader, StreamWriter]:
        return await asyncio.open_connection(
            str(place), address.port, ssl=self.context, server_hostname=address.host, limit=_LONGEST_LINE
        )

    async def _resolve(self, address: WebhookAddress) -> list[IpAddress]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self.resolvers, _look_up, address.host, address.port)
        except (OSError, UnicodeError) as trouble:
            raise UnreachableError(f"the name {address.host} leads nowhere") from trouble
        for place in found:
            if not may_be_reached(place, allowed=self.allowed):
                raise UnreachableError(f"{address.host} leads to {place}, which is no public address")
        return found[:_ADDRESSES]


def _render(address: WebhookAddress, body: bytes, headers: Mapping[str, str]) -> bytes:
    fields = {
        "host": address.authority,
        "user-agent": "Guichet",
        "content-type": "application/json",
        "content-length": str(len(body)),
        "connection": "close",
    } | dict(headers)
    lines = [f"POST {address.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + body


async def _read_status(reader: StreamReader) -> int:
    """Return the status of the answer; interim answers (1xx) are passed over."""
    while True:
        line = _STATUS_LINE.match(await reader.readuntil(b"\n"))
        if line is None:
            raise UnreachableError("it does not speak HTTP")
        status = int(line[1])
        if status >= HTTPStatus.OK:
            return status
        while (await reader.readuntil(b"\n")).strip():
            pass


def _look_up(host: str, port: int) -> list[IpAddress]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(entry[4][0])) for entry in found))


def _judge(status: int) -> Outcome:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Taken()
    if status == HTTPStatus.GONE:
        return Gone()
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Failed(f"it answered {status}; redirects are not followed")
    return Failed(f"it answered {status}")


def _explain(trouble: Exception) -> str:
    match trouble:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted: {trouble.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {trouble.reason or 'no reason given'}"
        case ConnectionRefusedError():
            return "no connection: it was refused"
        case LimitOverrunError():
            return "it does not speak HTTP"
        case IncompleteReadError() | ConnectionError():
            return "the connection broke off"
        case _:
            return f"no connection: {getattr(trouble, 'strerror', None) or 'no reason given'}"
