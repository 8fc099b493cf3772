"""Where a document leads: a task to the page on which it is done, which handles it too; what is told, to where it is read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.urls import reverse

from correspondence.models import EboxDocument, EboxKind


def _to(name: str) -> Callable[[str], str]:
    return lambda about: reverse(name, args=[about])


def _to_number(name: str) -> Callable[[str], str]:
    return lambda about: reverse(name, args=[int(about)])


def _always(name: str) -> Callable[[str], str]:
    return lambda _about: reverse(name)


_LEADS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        EboxKind.CONFIRM_DECLARATION: _to("access-declaration"),
        EboxKind.CONFIRM_FILE: _to("access-file"),
        EboxKind.CONFIRM_MANAGER: _always("people"),
        EboxKind.SECOND_MANAGER_NEEDED: _to_number("people-user"),
        EboxKind.SECOND_MANAGER_FOR_SENDER: _to("report-access"),
        EboxKind.CERTIFICATE_EXPIRES: lambda about: reverse("report-certificates", args=[about.partition("/")[0]]),
        EboxKind.SENDER_SUSPENDED: _to("report-sender"),
        EboxKind.ATTEST_USERS: _always("people"),
        EboxKind.MANDATE_OFFERED: _always("mandates"),
        EboxKind.ORPHAN_CO_MANAGER: _always("people"),
    }
)
"""What is not in it is done by nobody here, or is no task."""

_SPEAKING = frozenset({EboxKind.CONFIRM_MANAGER, EboxKind.ATTEST_USERS, EboxKind.ORPHAN_CO_MANAGER})
"""Kinds whose page is the same whatever they are about."""

DECIDED_ELSEWHERE = frozenset(
    {
        *(EboxKind.CONFIRM_DECLARATION, EboxKind.CONFIRM_FILE, EboxKind.CONFIRM_MANAGER),
        *(EboxKind.SECOND_MANAGER_NEEDED, EboxKind.SECOND_MANAGER_FOR_SENDER, EboxKind.MANDATE_OFFERED),
    }
)
"""Tasks that ask for a decision: nobody ticks them off, who decides handles them."""


_READ: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        EboxKind.CORRECTION_DECIDED: _to("correction-one"),
        EboxKind.OWN_CORRECTION_DECIDED: _to("own-correction-one"),
    }
)
"""Where it is read what became of what a document is about."""


def page_of(document: EboxDocument) -> str:
    """Return the path of the page about which a document tells; empty where there is none."""
    read = _READ.get(document.kind)
    return read(document.about) if read is not None and document.about else ""


def lead_of(document: EboxDocument) -> str:
    """Return the path of the page where the task is done; empty where it leads nowhere."""
    lead = _LEADS.get(document.kind) if document.is_task else None
    if lead is None or (not document.about and document.kind not in _SPEAKING):
        return ""
    return lead(document.about)
