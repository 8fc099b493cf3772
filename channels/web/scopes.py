"""The closed list of scopes: which messages a client may declare, and of which it may read the answers. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias


class Action(StrEnum):
    """What a scope allows, as the last element of its name."""

    DECLARE = "declarant"
    CONSULT = "consult"


@dataclass(frozen=True, slots=True)
class Scope:
    """One right: an action on the messages of one service; `purposes` are element 2 of their file names."""

    name: str
    purposes: frozenset[str]
    action: Action


Scopes: TypeAlias = Collection[Scope]

_SERVICES = (
    ("dimona", frozenset({"DIMN"})),
    ("presence", frozenset({"CIAO"})),
    ("access", frozenset({"ACCS"})),
)
SCOPES: Mapping[str, Scope] = MappingProxyType(
    {
        name: Scope(name, purposes, action)
        for service, purposes in _SERVICES
        for action in Action
        for name in (f"scope:{service}:declaration:{action}",)
    },
)
"""Every scope there is, in the order in which they are written."""

PURPOSES = frozenset(purpose for _, purposes in _SERVICES for purpose in purposes)


_UNTELLABLE = re.compile(r"[^\x21\x23-\x5b\x5d-\x7e]")
_LONGEST_TOLD = 80
_MOST_TOLD = 6
"""As many as there are scopes; nobody lacks more by mistake."""


class UnknownScopeError(ValueError):
    """The text names a scope that is not in the list."""


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """Return the scopes named in `text`, separated by blanks, each once and in the order of the list.

    Raises UnknownScopeError for a name that is not in the list.
    """
    named = set(text.split())
    unknown = named - set(SCOPES)
    if unknown:
        message = f"{min(unknown)[:80]!r} is not one of {', '.join(SCOPES)}"
        raise UnknownScopeError(message)
    return tuple(scope for name, scope in SCOPES.items() if name in named)


def lacking_scopes(text: str, owned: Scopes) -> list[str]:
    """Return the names in `text`, separated by blanks, that none of the owned scopes has, in the order of the alphabet."""
    return sorted(set(text.split()) - {scope.name for scope in owned})


def name_some(names: Sequence[str]) -> str:
    """Return the first of the names as an error may tell them (RFC 6749 §5.2): few, cut, and of its characters alone."""
    told = [_UNTELLABLE.sub("?", name[:_LONGEST_TOLD]) for name in names[:_MOST_TOLD]]
    return " ".join(told) + (f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else "")


def render_scopes(scopes: Scopes) -> str:
    """Return the names of the scopes, separated by blanks, in the order of the list."""
    names = {scope.name for scope in scopes}
    return " ".join(name for name in SCOPES if name in names)


def may_declare(scopes: Scopes, purpose: str) -> bool:
    """Whether messages of that purpose may be delivered."""
    return any(scope.action is Action.DECLARE and purpose in scope.purposes for scope in scopes)


def may_declare_anything(scopes: Scopes) -> bool:
    """Whether some message may be delivered: what it takes for a name that tells no purpose."""
    return any(scope.action is Action.DECLARE for scope in scopes)


def consulted_purposes(scopes: Scopes) -> frozenset[str]:
    """Return the purposes whose answers may be read."""
    return frozenset(p for scope in scopes if scope.action is Action.CONSULT for p in scope.purposes)


def opened_purposes(scopes: Scopes) -> frozenset[str]:
    """Return the purposes of which something may be done: whoever delivers may see what became of it."""
    return frozenset(p for scope in scopes for p in scope.purposes)


def may_consult(scopes: Scopes, purpose: str) -> bool:
    """Whether what was declared by messages of that purpose may be read."""
    return purpose in consulted_purposes(scopes)
