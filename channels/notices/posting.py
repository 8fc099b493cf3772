"""Post one notice to one receiver: to a public address only, over verified TLS, within bounds, following nothing.

The name is resolved once and the connection goes to the very address that was judged, so neither a name server that
changes its mind nor a redirect leads inside.
"""

import asyncio
import socket
import ssl
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path

import httpx

from channels.notices.outcomes import Failed, Gone, Outcome, Taken
from domain.network_addresses import IpAddress, IpNetwork, may_be_reached
from domain.refusals import OutageError
from domain.webhook_addresses import WebhookAddress

_ADDRESSES = 3
"""Addresses of a receiver that are tried, one after another."""

_RESOLVERS = 32


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
                status = await self._post(address, body, headers)
        except TimeoutError:
            return Failed(f"no answer within {self.seconds:g} seconds")
        except UnreachableError as trouble:
            return Failed(str(trouble))
        except httpx.InvalidURL:
            return Failed("its address cannot be used")
        except httpx.TransportError as trouble:
            return Failed(_explain(trouble))
        return _judge(status)

    async def _post(self, address: WebhookAddress, body: bytes, headers: Mapping[str, str]) -> int:
        addresses = await self._resolve(address)
        for place in addresses[:-1]:
            try:
                return await self._ask(address, place, body, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._ask(address, addresses[-1], body, headers)

    async def _resolve(self, address: WebhookAddress) -> list[IpAddress]:
        """Return the addresses of the host, all of which may be reached."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self.resolvers, _look_up, address.host, address.port)
        except (OSError, UnicodeError) as trouble:
            raise UnreachableError(f"the name {address.host} leads nowhere") from trouble
        for place in found:
            if not may_be_reached(place, allowed=self.allowed):
                raise UnreachableError(f"{address.host} leads to {place}, which is no public address")
        return found[:_ADDRESSES]

    async def _ask(self, address: WebhookAddress, place: IpAddress, body: bytes, headers: Mapping[str, str]) -> int:
        fixed = {
            "Host": address.authority,
            "User-Agent": "Guichet",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        # no proxy of the environment: it would choose the address to connect to
        async with httpx.AsyncClient(verify=self.context, trust_env=False, timeout=self.seconds) as client:
            request = client.build_request(
                "POST",
                address.at(place),
                content=body,
                headers=fixed | dict(headers),
                extensions={"sni_hostname": address.host},
            )
            answer = await client.send(request, stream=True, follow_redirects=False)
            try:
                return answer.status_code
            finally:
                await answer.aclose()


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


def _explain(trouble: httpx.TransportError) -> str:
    cause: BaseException | None = trouble
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {cause.reason or 'no reason given'}"
        cause = cause.__cause__ or cause.__context__
    match trouble:
        case httpx.TimeoutException():
            return "no answer in time"
        case httpx.ConnectError():
            return "no connection: it was refused, or nothing is there"
        case httpx.RemoteProtocolError():
            return "it broke off, or did not speak HTTP"
        case _:
            return f"the connection broke off ({type(trouble).__name__})"
