"""Ask an identity provider over verified TLS, within bounds of time and size, following nothing.

What a provider or a network does here is an outage: nobody did anything wrong by choosing a means that does not work.
"""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import httpx

from auth.openid.faults import ProviderOutage, ProviderTrouble
from domain.refusals import OutageError

LONGEST_ANSWER = 256 * 1024
"""Bytes of an answer that are read at most; a key set or a token has a few thousand."""

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered: its status, and the object in its body (empty where there is none)."""

    status: int
    content: Mapping[str, object] = field(repr=False)


class Transport(Protocol):
    """Carries requests to providers; raises ProviderOutage for whatever is no answer below status 500."""

    def get(self, url: str, *, headers: Mapping[str, str] = _NO_HEADERS) -> Answer:
        """Return the answer to a GET."""
        ...

    def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """Return the answer to a form."""
        ...


def trusting(extra: str) -> ssl.SSLContext:
    """Return what verifies providers: the system's authorities and those in the PEM file `extra`, if any.

    Raises OutageError when that file cannot be used.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if extra:
        try:
            context.load_verify_locations(cafile=Path(extra))
        except (OSError, ssl.SSLError) as trouble:
            raise OutageError(f"GUICHET_OPENID_CA cannot be used: {trouble}") from trouble
    return context


class HttpTransport:
    """Requests over https; `seconds` bound each from the connection to the last byte. One for all threads of a process."""

    def __init__(self, context: ssl.SSLContext, *, seconds: float) -> None:
        self._seconds = seconds
        self._http = httpx.Client(
            verify=context, timeout=seconds, follow_redirects=False, trust_env=False, headers={"User-Agent": "Guichet"}
        )

    def get(self, url: str, *, headers: Mapping[str, str] = _NO_HEADERS) -> Answer:
        """Return the answer to a GET."""
        return self._ask(self._http.build_request("GET", url, headers={"Accept": "application/json", **headers}))

    def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """Return the answer to a form."""
        return self._ask(self._http.build_request("POST", url, data=form, headers={"Accept": "application/json"}))

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def _ask(self, request: httpx.Request) -> Answer:
        try:
            return self._read(request)
        except httpx.TimeoutException as trouble:
            raise _too_slow(self._seconds) from trouble
        except httpx.HTTPError as trouble:
            raise ProviderOutage(
                ProviderTrouble.UNREACHABLE, f"{request.url.host}: {type(trouble).__name__}"
            ) from trouble

    def _read(self, request: httpx.Request) -> Answer:
        until = time.monotonic() + self._seconds
        response = self._http.send(request, stream=True)
        try:
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.is_redirect:
                raise ProviderOutage(ProviderTrouble.STATUS, f"{request.url.path} answers {response.status_code}")
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LONGEST_ANSWER:
                    raise ProviderOutage(ProviderTrouble.TOO_LARGE, f"{request.url.path} answers without end")
                if time.monotonic() > until:
                    raise _too_slow(self._seconds)
        finally:
            response.close()
        return Answer(response.status_code, _object(bytes(body), response.status_code, path=request.url.path))


def _object(body: bytes, status: int, *, path: str) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as trouble:
        if status >= HTTPStatus.BAD_REQUEST:
            return {}
        raise ProviderOutage(ProviderTrouble.NOT_JSON, f"{path} answers something else than JSON") from trouble
    if not isinstance(told, dict):
        raise ProviderOutage(ProviderTrouble.NOT_JSON, f"{path} answers no JSON object")
    return told


def _too_slow(seconds: float) -> ProviderOutage:
    return ProviderOutage(ProviderTrouble.TOO_SLOW, f"no whole answer within {seconds:g} seconds")
