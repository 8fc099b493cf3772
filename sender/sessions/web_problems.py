"""Tell what the web service answers when it does not do what was asked: its reason, its code and the next step."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Never

import httpx

from sender.advice import advice_for
from sender.sessions.contract import CounterRefusesError, CounterTroubleError, LineLostError
from sender.tables import printable
from sender.troubles import ExitCode, SenderError

_SLUG = "urn:guichet:problem:"
_MAY_END = frozenset({"conflict", "range-not-expected", "staging-full", "idempotency-key-running"})
"""Refusals that pass by themselves, as the other channels tell them too."""
_CLOSED = frozenset({"channel-not-configured", "token-invalid"})
_NEXT_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "scope-missing": "Ask the counter's operator for a client with that scope.",
        "sender-suspended": "Ask your access manager why; answers can still be collected.",
        "channel-not-configured": "Ask the operator to open the web service for you, or choose another --channel.",
        "token-invalid": "Ask the operator whether your client and its key still count.",
        "name-not-taken": "Let `guichet name` make the name.",
        "body-too-large": "Split the declarations over more parts, or send them over another --channel.",
    }
)


@dataclass(frozen=True, slots=True)
class ToldProblem:
    """What the counter answered, as far as it can be read; `slug` is empty when it is no problem of the counter's."""

    status: int
    slug: str
    said: str
    code: str

    @classmethod
    def of(cls, response: httpx.Response) -> "ToldProblem":
        """Return the problem in a response whose body was read."""
        try:
            told = json.loads(response.content)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            return cls(response.status_code, "", f"status {response.status_code}", "")
        kind, title, detail, code = (_text(told, name) for name in ("type", "title", "detail", "code"))
        said = ": ".join(part for part in (f"{title[:1].lower()}{title[1:]}", detail) if part)
        slug = kind.removeprefix(_SLUG) if kind.startswith(_SLUG) else ""
        return cls(
            response.status_code,
            slug,
            f"{said or f'status {response.status_code}'}{f' ({code})' if code else ''}",
            code,
        )

    def raise_it(self) -> Never:
        """Raise what every session raises; SenderError where the counter no longer lets the client in."""
        if self.slug in _CLOSED:
            raise SenderError(
                f"The counter lets this client in no more: {printable(self.said)}.",
                next_step=_NEXT_STEPS[self.slug],
                exit_code=ExitCode.NO_CONNECTION,
            )
        if self.status == HTTPStatus.REQUEST_TIMEOUT:
            raise LineLostError(self.said)
        is_refusal = HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR
        if not is_refusal or self.status == HTTPStatus.TOO_MANY_REQUESTS or self.slug in _MAY_END or not self.slug:
            raise CounterTroubleError(self.said)
        raise CounterRefusesError(self.said, next_step=_NEXT_STEPS.get(self.slug) or advice_for(self.code))


def _text(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
