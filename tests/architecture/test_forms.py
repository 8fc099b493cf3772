"""Every form that acts is sent twice by a test, or says why it may be sent as often as one likes."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponseBase

from tests.architecture.repository import ROOT
from tests.architecture.test_pages import routes
from tests.architecture.test_promises import NAMED
from tests.portal.twice.forms import AT_ONCE, GROUPS, MAY_BE_REPEATED, SHOWN_ELSEWHERE
from tests.portal.twice.sending import GUARDED_OTHERWISE

SENT_TWICE = {route.partition(" ")[0] for forms in GROUPS.values() for route in forms}


def wrapped(view: Callable[..., HttpResponseBase]) -> Iterator[Callable[..., HttpResponseBase]]:
    """Give the view and everything that its decorators hold."""
    yield view
    if hasattr(view, "__wrapped__"):
        yield from wrapped(view.__wrapped__)


def methods_of(view: Callable[..., HttpResponseBase]) -> set[str]:
    """Return the methods that Django's decorators let through; a view without any of them takes both kinds."""
    methods = {"GET", "HEAD", "POST"}
    for each in wrapped(view):
        cells = dict(zip(each.__code__.co_freevars, each.__closure__ or (), strict=True))
        if "request_method_list" in cells:
            methods &= set(cells["request_method_list"].cell_contents)
    return methods


def takes_forms(view: Callable[..., HttpResponseBase]) -> bool:
    return "POST" in methods_of(view)


TAKING = {str(route.name) for route in routes() if takes_forms(route.callback)}


def test_there_are_forms() -> None:
    assert len(TAKING) > 100
    assert {"people", "home", "presences"} & TAKING == set()


def test_every_form_is_sent_twice_or_says_why_not() -> None:
    assert TAKING - SENT_TWICE - set(SHOWN_ELSEWHERE) - set(MAY_BE_REPEATED) == set()


def test_no_form_is_listed_twice_or_gone() -> None:
    listed = [*SENT_TWICE, *SHOWN_ELSEWHERE, *MAY_BE_REPEATED]
    assert sorted(listed) == sorted(set(listed))
    assert set(listed) - TAKING == set()


def test_what_is_sent_at_once_is_there_and_holds_every_form_with_a_guard_of_its_own() -> None:
    at_once = {group: set(names) for group, names in AT_ONCE.items()}
    assert {name for group, names in at_once.items() for name in names - set(GROUPS[group])} == set()
    assert set(GUARDED_OTHERWISE) - set().union(*at_once.values()) == set()


@pytest.mark.parametrize("named", SHOWN_ELSEWHERE.values(), ids=SHOWN_ELSEWHERE)
def test_a_form_that_is_shown_elsewhere_names_a_test_that_is_there(named: str) -> None:
    ((path, test),) = NAMED.findall(f"`{named}`")
    assert re.search(rf"^def {test}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
