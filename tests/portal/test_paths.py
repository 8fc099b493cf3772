"""A path to go on to leads to a page of ours, whatever a link says."""

import pytest
from django.test import RequestFactory

from portal.pages.paths import LONGEST_PATH, is_own_path, next_path, path_to_come_back_to, with_next

OWN = ["/", "/home", "/people?q=jan&page=2", "/a/b%20c", "/keys#top"]
FOREIGN = {
    "another site": "https://evil.example/",
    "another site without a scheme": "//evil.example/",
    "three slashes": "///evil.example/",
    "a backslash": "/\\evil.example/",
    "two backslashes": "\\\\evil.example",
    "a script": "javascript:alert(1)",
    "data": "data:text/html,x",
    "a relative path": "home",
    "nothing": "",
    "a tab before the slashes": "/\t/evil.example/",
    "a line break": "/home\r\nSet-Cookie: a=b",
    "a blank first": " /home",
    "a path without an end": "/" + "a" * LONGEST_PATH,
    "an own host by its name": "http://localhost/home",
}


@pytest.mark.parametrize("path", OWN)
def test_a_path_of_ours_is_gone_on_to(path):
    assert is_own_path(path)
    assert next_path(RequestFactory().get("/sign-in", {"next": path}), otherwise="/else") == path
    assert next_path(RequestFactory().post("/sign-in", {"next": path}), otherwise="/else") == path


@pytest.mark.parametrize("path", FOREIGN.values(), ids=FOREIGN)
def test_what_leads_elsewhere_is_not_gone_on_to(path):
    assert not is_own_path(path)
    assert next_path(RequestFactory().get("/sign-in", {"next": path}), otherwise="/else") == "/else"
    assert with_next("/sign-in", path) == "/sign-in"


def test_a_page_that_was_read_is_come_back_to_with_its_query():
    assert path_to_come_back_to(RequestFactory().get("/people", {"q": "jan"})) == "/people?q=jan"


def test_a_page_that_something_was_sent_to_is_come_back_to_without():
    assert path_to_come_back_to(RequestFactory().post("/people?q=jan")) == "/people"
