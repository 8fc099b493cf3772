"""Where a request waits already, its page is offered in the place of another one, and a refusal (P305) leads to it."""

from typing import Any

import pytest

from registers.checkins.models import Correction
from tests.portal.checkins.acting import COMPANY, did, newest
from tests.portal.checkins.test_corrections import as_it_was, ask
from tests.portal.conftest import token_in

pytestmark = pytest.mark.django_db


def is_led_to(answer: Any, path: str) -> bool:
    """Whether the page that refuses leads to the request of that path, and names it."""
    number = path.rpartition("/")[2]
    return f'href="{path}">Look at request {number}, which waits</a>' in answer.content.decode()


def test_who_asks_for_the_same_correction_again_is_led_to_the_request_that_waits(employer, event):
    ask(employer, f"/presences/{event.number}/correction")
    again = ask(employer, f"/presences/{event.number}/correction", status=422)
    assert is_led_to(again, f"/presences/corrections/{Correction.objects.get().number}")


def test_who_asks_for_a_missing_event_again_is_led_to_the_request_that_waits(employer, worker, place):
    did(worker, "in", minutes_ago=17 * 60)
    path = f"/presences/missing/{newest().number}"
    ask(employer, path, **as_it_was(hours=10))
    again = ask(employer, path, status=422, **as_it_was(hours=9))
    assert is_led_to(again, f"/presences/corrections/{Correction.objects.get().number}")


def test_a_company_is_not_led_to_a_request_that_it_does_not_see(employer, event):
    ask(employer, f"/presences/{event.number}/correction")
    Correction.objects.update(asked_for="")
    again = ask(employer, f"/presences/{event.number}/correction", status=422)
    assert "A correction of it waits already." in again.content.decode()
    assert Correction.objects.get().number not in again.content.decode()


def test_a_self_employed_person_is_led_to_the_request_that_waits(worker, place):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    page = f"/check-in/mine/{newest().number}"
    again = worker.text(f"{page}/correction")
    ask(worker, f"{page}/correction")
    number = Correction.objects.get().number
    shown = worker.text(page)
    assert f'href="/check-in/corrections/{number}"' in shown
    assert f"Look at request {number}, which waits" in shown
    assert f'href="{page}/correction"' not in shown
    assert "/check-in/corrections/new" in shown
    refused = ask(worker, f"{page}/correction", status=422, token=token_in(again))
    assert is_led_to(refused, f"/check-in/corrections/{number}")
