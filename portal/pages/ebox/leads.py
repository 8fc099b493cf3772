"""Where a document leads: a task to the page on which it is done, which handles it too; what is told, to where it is read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from correspondence.models import EboxDocument, EboxKind
from portal.pages.parts import Action


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

_OF_THE_YEAR = frozenset({EboxKind.STUDENT_OVER_LIMIT, EboxKind.STUDENT_LATE, EboxKind.STUDENT_NEAR_LIMIT})
_OF_AGREEMENTS = frozenset({EboxKind.STUDENT_EMPLOYER, EboxKind.STUDENT_CANCELLED})
_SPEAKING = frozenset(
    {
        *(EboxKind.CONFIRM_MANAGER, EboxKind.ATTEST_USERS, EboxKind.ORPHAN_CO_MANAGER),
        *(EboxKind.CHECK_IN_ERROR, EboxKind.MISSING_CHECK_OUT),
        *(EboxKind.OWN_ERROR_ANSWERED, EboxKind.OWN_ERROR_UNANSWERED, EboxKind.OWN_CHECK_OUT_MISSING),
        *_OF_THE_YEAR,
        *_OF_AGREEMENTS,
    }
)
"""Kinds whose page is the same whatever they are about."""

DECIDED_ELSEWHERE = frozenset(
    {
        *(EboxKind.CONFIRM_DECLARATION, EboxKind.CONFIRM_FILE, EboxKind.CONFIRM_MANAGER),
        *(EboxKind.SECOND_MANAGER_NEEDED, EboxKind.SECOND_MANAGER_FOR_SENDER, EboxKind.MANDATE_OFFERED),
    }
)
"""Tasks that ask for a decision: nobody ticks them off, who decides handles them."""


_READ: Mapping[str, tuple[Callable[[str], str], Promise]] = MappingProxyType(
    {
        EboxKind.CHECK_IN_ERROR: (_always("presences-reports"), _("Reported errors")),
        EboxKind.MISSING_CHECK_OUT: (_always("presences-missing"), _("Missing check-outs")),
        EboxKind.CORRECTION_DECIDED: (_to("correction-one"), _("Request and decision")),
        EboxKind.OWN_CORRECTION_DECIDED: (_to("own-correction-one"), _("Request and decision")),
        EboxKind.OWN_ERROR_ANSWERED: (_always("own-reports"), _("Errors that you reported")),
        EboxKind.OWN_ERROR_UNANSWERED: (_always("own-reports"), _("Errors that you reported")),
        EboxKind.EVIDENCE_AWAITED: (_to("correction-one"), _("Hand in the evidence")),
        EboxKind.OWN_EVIDENCE_AWAITED: (_to("own-correction-one"), _("Hand in the evidence")),
        EboxKind.OWN_CHECK_OUT_MISSING: (_always("own-checkins"), _("My registrations")),
        **dict.fromkeys(_OF_THE_YEAR, (_always("student"), _("Student@work"))),
        **dict.fromkeys(_OF_AGREEMENTS, (_always("student-calendar"), _("Calendar and agreements"))),
    }
)
"""Where it is read what became of what a document is about, and what that page is called."""


def page_of(document: EboxDocument) -> Action | None:
    """Return the page about which a document tells; None where there is none."""
    page, name = _READ.get(document.kind, (None, ""))
    path = _led(document, page)
    return Action(str(name), path) if path else None


def lead_of(document: EboxDocument) -> str:
    """Return the path of the page where the task is done; empty where it leads nowhere."""
    return _led(document, _LEADS.get(document.kind) if document.is_task else None)


def _led(document: EboxDocument, path: Callable[[str], str] | None) -> str:
    if path is None or (not document.about and document.kind not in _SPEAKING):
        return ""
    return path(document.about)
