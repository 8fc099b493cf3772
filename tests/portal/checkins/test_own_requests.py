"""What a self-employed person asked for himself is listed page by page, each page after the last row of another."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registers.checkins.models import Correction, Presence
from tests.portal.checkins.acting import did
from tests.portal.checkins.conftest import COMPANY, Visitor
from tests.portal.checkins.test_corrections import ask

pytestmark = pytest.mark.django_db


def three_own_requests(worker: Visitor) -> list[str]:
    """Let a self-employed person have asked thrice, twice at the same instant; the newest first."""
    did(worker, "in", "break", "back", employer=f"{COMPANY}/SELF_EMPLOYED")
    for row in Presence.objects.order_by("number"):
        ask(worker, f"/check-in/mine/{row.number}/correction")
    rows = Correction.objects.order_by("pk")
    rows.filter(pk__in=[row.pk for row in rows[:2]]).update(asked_at=rows[0].asked_at)
    return list(rows.order_by("-asked_at", "-pk").values_list("number", flat=True))


def test_own_requests_are_listed_by_page_each_once(worker, place, monkeypatch):
    numbers, seen, path = three_own_requests(worker), [], "/check-in/corrections"
    monkeypatch.setattr("portal.pages.checkins.asked_corrections._PAGE_SIZE", 1)
    with CaptureQueriesContext(connection) as queries:
        while path:
            page = worker.text(path)
            seen += re.findall(r">(C-[0-9-]+)<", page)
            older = re.search(r'rel="next" href="(\?after=[^"]+)"', page)
            assert ("Back to the newest" in page) == ("after" in path)
            path = f"/check-in/corrections{older[1]}" if older else ""
    assert seen == numbers
    assert [one["sql"] for one in queries if "OFFSET" in one["sql"]] == []


@pytest.mark.parametrize("key", ["x", "W10=", "WyJhIiwiYiJd", "WyIyMDI2LTExLTI2IiwxXQ==", "%C3%A9"])
def test_own_requests_after_a_key_that_no_page_gave_are_the_newest(worker, place, key):
    three_own_requests(worker)
    page = worker.text(f"/check-in/corrections?after={key}")
    assert page.count("Waits for a decision") == 3
