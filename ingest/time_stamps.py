"""Carry time-stamp requests over HTTP, bounded in time and size (RFC 3161 §3.4); open the authority that is configured."""

import http.client
import math
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate

from domain.refusals import OutageError
from signing.answers import TimeStamps
from signing.timestamps import TimeStampAuthority, TimeStampTransport

TIMEOUT_SECONDS = 10.0
REST_SECONDS = 30.0
MAX_RESPONSE = 256 * 1024
"""Bytes; a stamp with its chain needs about 6,000."""

_CHUNK = 64 * 1024
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class HttpTimeStampTransport:
    """The authority at `url`; ValueError for an address that is not http or https."""

    url: str
    timeout: float = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        if not self.url.startswith(_SCHEMES):
            raise ValueError(f"{self.url!r} is no address of a time-stamp authority, http or https expected")

    def ask(self, request: bytes) -> bytes:
        """Return the body of the answer to `request`; OutageError when none comes in time, or one that is too large."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        question = urllib.request.Request(self.url, data=request, headers=headers, method="POST")  # noqa: S310 - checked above
        deadline = time.monotonic() + self.timeout
        try:
            with urllib.request.urlopen(question, timeout=self.timeout) as response:  # noqa: S310 - checked above
                return _read_bounded(response, deadline=deadline)
        except (urllib.error.URLError, http.client.HTTPException, OSError) as trouble:
            raise OutageError(f"the time-stamp authority does not answer: {type(trouble).__name__}") from trouble


class RestingTransport:
    """A transport that is left alone for `rest` seconds after it failed: a silent one would hold every answer up in turn.

    `elapsed` returns seconds that only ever grow.
    """

    def __init__(
        self,
        transport: TimeStampTransport,
        *,
        rest: float = REST_SECONDS,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._rest = rest
        self._elapsed = elapsed
        self._resting_until = -math.inf

    def ask(self, request: bytes) -> bytes:
        """Return the body of the answer to `request`; OutageError when none comes, at once while it is left alone."""
        if self._elapsed() < self._resting_until:
            raise OutageError(f"the time-stamp authority failed within the last {self._rest:.0f} seconds")
        try:
            return self._transport.ask(request)
        except OutageError:
            self._resting_until = self._elapsed() + self._rest
            raise


def open_time_stamps(url: str, certificate: str) -> TimeStamps | None:
    """Return the time-stamp authority at `url`, believed by the PEM file `certificate`; None without an address.

    Raises OutageError for an address or a certificate that cannot be used.
    """
    if not url:
        return None
    try:
        trusted = load_pem_x509_certificate(Path(certificate).read_bytes())
        transport = RestingTransport(HttpTimeStampTransport(url))
    except (OSError, ValueError) as error:
        raise OutageError(f"GUICHET_TSA_URL or GUICHET_TSA_CERTIFICATE cannot be used: {error}") from error
    return TimeStampAuthority(transport, trusted, randomness=secrets.token_bytes)


def _read_bounded(response: http.client.HTTPResponse, *, deadline: float) -> bytes:
    content = b""
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > MAX_RESPONSE:
            raise OutageError(f"the time-stamp authority sends more than {MAX_RESPONSE} bytes")
        if time.monotonic() > deadline:
            raise OutageError("the time-stamp authority is too slow")
    return content
