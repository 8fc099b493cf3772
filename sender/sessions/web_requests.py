"""Requests to the web service: with a living token, again after the pause that the counter asks for, troubles translated."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType

import httpx

from sender.sessions.contract import CounterTroubleError, LineLostError
from sender.sessions.web_problems import ToldProblem
from sender.sessions.web_tokens import TOKEN_PATH, Tokens, UnlikeACounterError

MOST_PAUSES = 5
LONGEST_PAUSE = 60.0
_USUAL_PAUSE = 1.0

Body = Callable[[], Iterator[bytes]]
"""Begins a body anew each time that a request is sent."""


class WebRequests:
    """Sends the requests of one client, one after the other."""

    def __init__(
        self, http: httpx.Client, *, tokens: Callable[["WebRequests"], Tokens], pause: Callable[[float], None]
    ) -> None:
        self._http = http
        self._pause = pause
        self._tokens = tokens(self)

    def exchange(self, form: dict[str, str]) -> httpx.Response:
        """Send a form to the token endpoint; LineLostError when no answer comes."""
        pauses = 0
        while True:
            with translated():
                response = self._http.post(TOKEN_PATH, data=form)
            if response.status_code not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
                return response
            pauses += 1
            self._wait(response, pauses)

    def sign_in(self) -> None:
        """Obtain a token; raises what `Tokens.bearer` raises."""
        self._tokens.bearer()

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] = MappingProxyType({}),
        allowed: tuple[HTTPStatus, ...] = (HTTPStatus.OK,),
    ) -> httpx.Response:
        """Return the response to a request without a body, read; whatever status is not allowed is raised."""
        with self.opened(method, path, params=params, allowed=allowed) as response, translated():
            response.read()
        return response

    def put(
        self,
        path: str,
        body: Body,
        *,
        length: int,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        allowed: tuple[HTTPStatus, ...],
    ) -> httpx.Response:
        """Return the response to a request with a body of `length` bytes, read."""
        every = {**headers, "Content-Length": str(length)}
        opened = self.opened("PUT", path, params=params, headers=every, body=body, allowed=allowed)
        with opened as response, translated():
            response.read()
        return response

    @contextlib.contextmanager
    def opened(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] = MappingProxyType({}),
        headers: Mapping[str, str] = MappingProxyType({}),
        body: Body | None = None,
        allowed: tuple[HTTPStatus, ...] = (HTTPStatus.OK,),
    ) -> Iterator[httpx.Response]:
        """Yield the response to a request, to be read; a token that is not taken is renewed once."""
        pauses, is_renewed = 0, False
        while True:
            signed = {**headers, "Authorization": f"Bearer {self._bearer()}", "Accept-Encoding": "identity"}
            request = self._http.build_request(
                method, path, params=dict(params), headers=signed, content=None if body is None else body()
            )
            with translated():
                response = self._http.send(request, stream=True)
            try:
                if response.status_code in allowed:
                    yield response
                    return
                with translated():
                    response.read()
            finally:
                response.close()
            if response.status_code == HTTPStatus.UNAUTHORIZED and not is_renewed:
                is_renewed = True
                self._tokens.forget()
                continue
            is_busy = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
            if not is_busy and not (response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and body is None):
                ToldProblem.of(response).raise_it()
            pauses += 1
            self._wait(response, pauses)

    def _bearer(self) -> str:
        try:
            return self._tokens.bearer()
        except UnlikeACounterError as trouble:
            raise CounterTroubleError(str(trouble)) from trouble

    def _wait(self, response: httpx.Response, pauses: int) -> None:
        """Wait as long as the counter asks; raise its problem when it asked too often or for too long."""
        text = response.headers.get("Retry-After", "")
        seconds = float(text) if text.isascii() and text.isdigit() else _USUAL_PAUSE
        if pauses > MOST_PAUSES or seconds > LONGEST_PAUSE:
            ToldProblem.of(response).raise_it()
        self._pause(seconds)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Raise what every session raises for a line that breaks; trouble of this machine's own passes as it is."""
    try:
        yield
    except httpx.TransportError as trouble:
        raise LineLostError(str(trouble)) from trouble
    except httpx.HTTPError as trouble:
        raise CounterTroubleError(f"it does not speak as a counter does ({trouble})") from trouble
