"""Connect to the counter's web service: https to a certificate that is verified, signed in by the client's own key."""

import contextlib
import secrets
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx

from domain.channels import Channel
from sender.configuration import Configuration, required
from sender.counter_names import CounterName
from sender.private_keys import load_private_key
from sender.sessions.contract import (
    LOGIN_SECONDS,
    REPLY_SECONDS,
    CounterSession,
    CounterTroubleError,
    LineLostError,
    login_undecided,
    no_counter,
    out_of_reach,
)
from sender.sessions.tls import not_trusted, verifying_context
from sender.sessions.web import WebSession
from sender.sessions.web_requests import WebRequests
from sender.sessions.web_tokens import TOKEN_PATH, ClientKey, Tokens, UnlikeACounterError
from sender.troubles import SenderError

_USUAL_PORT = 443
"""The port that an https address does not name."""


@dataclass(frozen=True, slots=True)
class WebConnection:
    """Where the counter is, which client asks, with which key, and whose certificate the counter must show."""

    host: str
    port: int
    client: str
    key: Path
    key_name: str | None
    authority: Path | None

    @classmethod
    def of(cls, configuration: Configuration) -> Self:
        """Return the connection that the configuration describes; SenderError naming what is missing."""
        return cls(
            host=required(configuration.host, what="The counter's host", option="--host"),
            port=configuration.known_port,
            client=required(configuration.client, what="Your client id", option="--client"),
            key=required(configuration.client_key, what="The key of your client", option="--client-key"),
            key_name=configuration.client_key_name,
            authority=configuration.authority,
        )

    def __str__(self) -> str:
        return str(CounterName(Channel.WEB_SERVICE, self.client, self.host, self.port))

    @property
    def base(self) -> str:
        """The address that everything of the counter's begins with, written as its operator does."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}" if self.port == _USUAL_PORT else f"https://{host}:{self.port}"

    @contextlib.contextmanager
    def connected(self, *, passphrase_variable: str | None) -> Iterator[CounterSession]:
        """Yield a session with the web service, closed at the end.

        Raises SenderError when the counter cannot be reached, is not trusted, or refuses the login.
        """
        private = load_private_key(self.key, option="--client-key", passphrase_variable=passphrase_variable)
        key = ClientKey.of(private, name=self.key_name, source=str(self.key))
        timeout = httpx.Timeout(LOGIN_SECONDS, read=REPLY_SECONDS)
        with self._http(verifying_context(self.authority), timeout) as http:
            requests = WebRequests(http, tokens=lambda line: self._tokens(line, key), pause=time.sleep)
            self._sign_in(requests)
            yield WebSession(requests)

    def _http(self, context: ssl.SSLContext, timeout: httpx.Timeout) -> httpx.Client:
        try:
            return httpx.Client(base_url=self.base, verify=context, timeout=timeout)
        except httpx.InvalidURL as trouble:
            raise SenderError(f"{self.host!r} is no name of a counter.", next_step="Check --host.") from trouble

    def _tokens(self, line: WebRequests, key: ClientKey) -> Tokens:
        return Tokens(
            line.exchange,
            client=self.client,
            key=key,
            audience=f"{self.base}{TOKEN_PATH}",
            clock=lambda: datetime.now(UTC),
            randomness=secrets.token_bytes,
        )

    def _sign_in(self, requests: WebRequests) -> None:
        try:
            requests.sign_in()
        except LineLostError as trouble:
            raise self._not_reached(trouble) from trouble
        except CounterTroubleError as trouble:
            raise login_undecided(self.client, trouble.said) from trouble
        except UnlikeACounterError as trouble:
            raise no_counter(self.host, self.port, str(trouble)) from trouble

    def _not_reached(self, trouble: LineLostError) -> SenderError:
        """Return why no connection came about; httpx wraps what the system and TLS said."""
        causes = list(_causes(trouble))
        for cause in causes:
            if isinstance(cause, ssl.SSLError):
                return not_trusted(self.host, self.port, cause)
        if not any(isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout) for cause in causes):
            return no_counter(self.host, self.port, str(trouble))
        system = next((cause for cause in causes if isinstance(cause, OSError)), None)
        return out_of_reach(self.host, self.port, (system and system.strerror) or str(trouble))


def _causes(trouble: BaseException | None) -> Iterator[BaseException]:
    while trouble is not None:
        yield trouble
        trouble = trouble.__cause__ or trouble.__context__
