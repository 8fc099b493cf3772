import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from portal.health_checks import Waiting, judge_waiting
from registers.persons.numbers import PersonKeys

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keys_of_persons(settings, tmp_path: Path) -> Path:
    settings.KEYS = tmp_path
    path = tmp_path / "persons.json"
    path.write_text(PersonKeys.generate(), encoding="ascii")
    return path


def waiting(**deviation: object) -> Waiting:
    return Waiting(**{"submissions": 0, "oldest": None, "quarantined": 0} | deviation)


@pytest.mark.django_db
def test_the_page_is_good_when_nothing_waits(client: Client) -> None:
    answer = client.get("/health", secure=True)
    assert answer.status_code == 200
    assert "All checks pass" in answer.text


@pytest.mark.django_db
def test_the_data_name_every_check_and_its_outcome(client: Client) -> None:
    answer = client.get("/health.json", secure=True)
    told = answer.json()
    assert told["status"] == "ok"
    assert [(check["name"], check["is_ok"]) for check in told["checks"]] == [
        ("Database", True),
        ("Submissions", True),
        ("Quarantine", True),
        ("Audit chain", True),
        ("Identifications", True),
        ("Clock", True),
        ("Mails and text messages", True),
        ("Validation of check-ins", True),
        ("Check-ins that cannot be judged", True),
        ("Missing check-outs", True),
        ("Keys of the persons register", True),
        ("Signing in by card", True),
        ("Scanner of evidence", True),
    ]


@pytest.mark.django_db
def test_tables_that_are_not_made_yet_are_told_without_a_crash(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_submission RENAME TO somewhere_else")
    answer = client.get("/health", secure=True)
    assert answer.status_code == 503
    assert "the tables are not made yet" in answer.text
    assert "Run `guichet up`" in answer.text


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_is_told_without_a_crash(client: Client) -> None:
    connection.close()
    kept = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        answer, page = (client.get(path, secure=True) for path in ("/health.json", "/health"))
    finally:
        connection.close()
        connection.settings_dict["HOST"] = kept
    assert (answer.status_code, page.status_code) == (503, 503)
    database, *_ = answer.json()["checks"]
    assert (database["name"], database["told"]) == ("Database", "does not answer")


@pytest.mark.parametrize("path", ["/health", "/health.json"])
@pytest.mark.django_db
def test_an_answer_lets_a_browser_load_our_own_files_only(client: Client, path: str) -> None:
    headers = client.get(path, secure=True).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.django_db
def test_the_page_holds_no_script_and_no_style(client: Client) -> None:
    text = client.get("/health", secure=True).text
    assert re.findall(r"<script(?![^>]* src=)", text) == []
    assert "style=" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Alle controles slagen"), ("fr", "Base de données"), ("de", "nichts ist beiseitegelegt")],
)
def test_the_page_speaks_the_readers_language_and_the_data_english(client: Client, language: str, words: str) -> None:
    assert words in client.get(f"/health?language={language}", secure=True).text
    assert client.get(f"/health.json?language={language}", secure=True).json()["checks"][0]["told"] == "answers"


@pytest.mark.django_db
def test_the_page_is_read_not_written(client: Client) -> None:
    assert client.post("/health", secure=True).status_code == 405


def test_five_minutes_of_waiting_are_normal() -> None:
    submissions, *_ = judge_waiting(waiting(submissions=3, oldest=NOON - timedelta(minutes=5)), now=NOON)
    assert submissions.is_ok
    assert submissions.in_english == "3 waiting for their answers, the oldest for 5 min 0 s"


def test_a_longer_wait_fails_and_says_where_to_look() -> None:
    submissions, *_ = judge_waiting(waiting(submissions=1, oldest=NOON - timedelta(minutes=5, seconds=1)), now=NOON)
    assert not submissions.is_ok
    assert "airflow-scheduler.log" in submissions.next_step


def test_a_quarantined_submission_fails_and_asks_for_an_operator() -> None:
    _, quarantine, *_ = judge_waiting(waiting(quarantined=1), now=NOON)
    assert not quarantine.is_ok
    assert quarantine.in_english == "1 submission set apart"


def test_several_quarantined_submissions_are_told_by_their_number() -> None:
    _, quarantine, *_ = judge_waiting(waiting(quarantined=2), now=NOON)
    assert quarantine.in_english == "2 submissions set apart"


@pytest.mark.parametrize(("unlinked", "told"), [(1, "1 event not linked"), (3, "3 events not linked")])
def test_events_that_nobody_links_fail(unlinked: int, told: str) -> None:
    *_, chain, _ = judge_waiting(waiting(unlinked=unlinked), now=NOON)
    assert (chain.is_ok, chain.in_english) == (False, told)


@pytest.mark.django_db
def test_the_start_leads_to_signing_in(client: Client) -> None:
    answer = client.get("/", secure=True)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")


@pytest.mark.django_db
def test_an_unknown_address_has_the_headers_too(client: Client) -> None:
    answer = client.get("/nowhere", secure=True)
    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer.headers


def test_a_wait_of_hours_is_told_in_hours() -> None:
    submissions, *_ = judge_waiting(waiting(submissions=1, oldest=NOON - timedelta(hours=26, minutes=4)), now=NOON)
    assert submissions.in_english == "1 waiting for their answers, the oldest for 26 h 4 min"


@pytest.mark.parametrize(("days", "is_ok"), [(1, True), (10, True), (11, False)])
def test_declarations_that_wait_too_long_for_an_identification_are_failing(days: int, is_ok: bool) -> None:
    *_, check = judge_waiting(waiting(unidentified=3, unidentified_since=NOON - timedelta(days=days)), now=NOON)

    day = (NOON - timedelta(days=days)).date()
    assert (check.name, check.is_ok) == ("Identifications", is_ok)
    assert check.in_english == f"3 waiting for the identification of their workers, the oldest since {day}"
    assert ("guichet identifications list" in check.next_step) is not is_ok


def said_of(page: str, name: str) -> str:
    found = re.search(rf"<dt[^>]*>{name}</dt>(.*?)</div>", page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s+", " ", found[1])


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("en", "not configured"), ("fr", "non configuré")])
def test_a_scanner_that_is_not_set_is_not_said_to_work(client: Client, language: str, word: str) -> None:
    page = client.get(f"/health?language={language}", secure=True).text
    scanner = said_of(page, {"en": "Scanner of evidence", "fr": "Analyse des pièces justificatives"}[language])
    assert word in scanner
    assert "works" not in scanner
    assert "works" in said_of(client.get("/health?language=en", secure=True).text, "Database")
    told = client.get("/health.json", secure=True).json()
    assert (told["status"], told["checks"][-1]["is_set"], told["checks"][0]["is_set"]) == ("ok", False, True)


@pytest.mark.django_db
def test_a_counter_without_keys_of_persons_fails_and_says_what_to_put_back(
    client: Client, keys_of_persons: Path
) -> None:
    keys_of_persons.unlink()
    answer = client.get("/health", secure=True)
    assert answer.status_code == 503
    assert "Put back keys/persons.json from your backup" in answer.text
    assert str(keys_of_persons.parent) not in answer.text


@pytest.mark.parametrize(("program", "status"), [("true", 200), ("sh -c 'exit 2'", 503), ("/nonexistent", 503)])
@pytest.mark.django_db
def test_the_scanner_of_evidence_that_is_set_is_tried(client: Client, settings, program: str, status: int) -> None:
    evidence = replace(settings.GUICHET.evidence, scanner=program)
    settings.GUICHET = replace(settings.GUICHET, evidence=evidence)
    answer = client.get("/health.json", secure=True)
    scanner = answer.json()["checks"][-1]
    assert (answer.status_code, scanner["name"]) == (status, "Scanner of evidence")


@pytest.mark.parametrize("path", ["/health", "/health.json"])
@pytest.mark.django_db
def test_a_disk_that_takes_no_copy_for_the_scanner_is_told_without_a_crash(
    client: Client, settings, tmp_path: Path, path: str
) -> None:
    (tmp_path / "spool").write_bytes(b"no folder")
    evidence = replace(settings.GUICHET.evidence, scanner="true")
    settings.GUICHET = replace(settings.GUICHET, evidence=evidence, home=tmp_path)
    answer = client.get(path, secure=True)
    assert answer.status_code == 503
    assert "has no room since" in answer.text
