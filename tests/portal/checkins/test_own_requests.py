"""What was asked for about a person: listed page by page, each after the last row of another, and read by the person."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from correspondence.ebox_alerts import activate
from correspondence.models import EboxDocument
from domain.environments import Environment
from domain.languages import Language
from portal.pages.checkins.choices import company_names
from registers.checkins.models import Correction, Presence
from tests.portal.checkins.acting import did
from tests.portal.checkins.conftest import COMPANY, OTHER_INSS, Visitor, a_visitor
from tests.portal.checkins.test_corrections import WHY, ask

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


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


def test_a_worker_reads_what_an_employer_asked_for_while_it_waits_without_words_and_documents(worker, employer, event):
    ask(employer, f"/presences/{event.number}/correction")
    number = Correction.objects.get().number
    assert f'href="/check-in/corrections/{number}"' in worker.text(f"/check-in/mine/{event.number}")
    assert company_names({COMPANY})[COMPANY] in worker.text("/check-in/corrections")
    page = worker.text(f"/check-in/corrections/{number}")
    assert "Waits for a decision" in page
    assert "Time, as it was" in page
    assert not [words for words in (WHY, "log.pdf", "Withdraw the request") if words in page]
    for step in ("withdraw", "evidence"):
        worker.get(f"/check-in/corrections/{number}/{step}", 404)


def test_a_worker_reads_why_a_correction_was_rejected_where_the_letter_says(worker, employer, officer, event):
    activate(worker.person_id, "ana@example.be", language=Language.EN, environment=Environment.PRODUCTION, at=LONG_AGO)
    ask(employer, f"/presences/{event.number}/correction")
    number = Correction.objects.get().number
    officer.send(f"/decisions/{number}", decision="REJECT", note="The log is of another day.")
    letter = EboxDocument.objects.get(person_id=worker.person_id)
    assert "My registrations, Corrections" in letter.bodies["en"]
    assert 'href="/check-in/corrections"' in worker.text("/check-in/mine")
    listed = worker.text("/check-in/corrections")
    assert number in listed
    assert "The log is of another day." in listed
    assert "The log is of another day." in worker.text(f"/check-in/corrections/{number}")


def test_a_worker_without_an_active_ebox_is_written_no_letter_about_a_decision(worker, employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    officer.send(f"/decisions/{Correction.objects.get().number}", decision="ACCEPT")
    assert not EboxDocument.objects.filter(person_id=worker.person_id).exists()


def ask_for_oneself(worker: Visitor) -> str:
    """Let a self-employed person ask for a correction; return what he is told."""
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    return worker.follow(ask(worker, f"/check-in/mine/{Presence.objects.get().number}/correction"))


def test_who_asks_for_himself_without_an_active_ebox_is_promised_no_letter_and_comes_to_the_decision(
    worker, officer, place
):
    said = ask_for_oneself(worker)
    assert (
        "You read the decision under Corrections of My registrations. No letter comes: your e-Box is not active."
        in said
    )
    assert "We write to you" not in said
    number = Correction.objects.get().number
    told = officer.follow(officer.send(f"/decisions/{number}", decision="REJECT", note="The log is of another day."))
    assert "Who asked reads it under Corrections, and in a letter where his e-Box is active." in told
    assert not EboxDocument.objects.exists()
    assert "The log is of another day." in worker.text(f"/check-in/corrections/{number}")


def test_who_asks_for_himself_with_an_active_ebox_is_promised_the_letter_that_comes(worker, officer, place):
    activate(worker.person_id, "ana@example.be", language=Language.EN, environment=Environment.PRODUCTION, at=LONG_AGO)
    said = ask_for_oneself(worker)
    assert (
        "You read the decision under Corrections of My registrations. A letter in your e-Box tells you of it." in said
    )
    officer.send(f"/decisions/{Correction.objects.get().number}", decision="ACCEPT")
    assert EboxDocument.objects.get().person_id == worker.person_id


def test_who_decides_what_an_employer_asked_for_reads_who_is_written_to(worker, employer, officer, event):
    asked = employer.follow(ask(employer, f"/presences/{event.number}/correction"))
    assert "The correction is asked for. We write to you when it is decided." in asked
    told = officer.follow(officer.send(f"/decisions/{Correction.objects.get().number}", decision="ACCEPT"))
    said = "Who asked is written to, and the worker where his e-Box is active; he reads it under Corrections as well."
    assert said in told
    assert set(EboxDocument.objects.values_list("kind", "person_id")) == {("CORRECTION_DECIDED", None)}


def test_what_was_asked_for_about_somebody_else_looks_like_nothing(employer, event):
    ask(employer, f"/presences/{event.number}/correction")
    other = a_visitor(OTHER_INSS, name="Peeters")
    other.get(f"/check-in/corrections/{Correction.objects.get().number}", 404)
    assert "No correction was asked for." in other.text("/check-in/corrections")


@pytest.mark.parametrize("key", ["x", "W10=", "WyJhIiwiYiJd", "WyIyMDI2LTExLTI2IiwxXQ==", "%C3%A9"])
def test_own_requests_after_a_key_that_no_page_gave_are_the_newest(worker, place, key):
    three_own_requests(worker)
    page = worker.text(f"/check-in/corrections?after={key}")
    assert page.count("Waits for a decision") == 3
