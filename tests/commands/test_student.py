"""What `guichet student` asks, shows, keeps and refuses."""

import io
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from commands.__main__ import main
from domain.identifiers import insz
from evidence.models import AuditEvent
from registers.persons.models import Person
from registers.persons.numbers import PersonKeys
from registers.student_days.models import Attestation, ConsultationLog
from tests.registers.conftest import NOON, OTHER, Filer, a_cancellation, an_action, an_update, make_employers

NUMBER = "05071400153"
Student = Callable[..., tuple[int, str]]
WHY = ("--reason", "asked by telephone")


@pytest.fixture
def filer(db: None, settings, tmp_path: Path) -> Filer:
    """A register with the keys of an installation of its own."""
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    path = home / "keys" / "persons.json"
    path.write_text(PersonKeys.generate(), encoding="ascii")
    settings.GUICHET = replace(settings.GUICHET, home=home)
    make_employers()
    return Filer(PersonKeys.read(path))


@pytest.fixture
def student(filer: Filer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Student:
    def typed(words: str, *more: str, number: str = NUMBER, why: tuple[str, ...] = WHY) -> tuple[int, str]:
        capsys.readouterr()
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{number}\n"))
        code = main(["student", *words.split(), *more, *why])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return typed


def looks() -> list[tuple[str, str, bool, str]]:
    rows = ConsultationLog.objects.order_by("pk")
    return [(row.question, row.asker_kind, row.person_id is not None, row.reason) for row in rows]


def period_of(result) -> str:
    return result.impact.period.period_id


def test_a_balance_is_shown_an_amount_a_line(student: Student, filer: Filer):
    filer(an_action(planned_hours=600), an_action(planned_hours=120, employer=OTHER))
    code, told = student("balance --year 2026")

    assert code == 0
    assert told.splitlines() == [
        "year       2026",
        "limit      650 hours",
        "granted    650 hours",
        "remaining  0 hours",
        "exceeding  70 hours",
        "late       0 hours",
    ]
    assert looks() == [("BALANCE", "OPERATOR", True, "asked by telephone")]


@pytest.mark.parametrize("typed", ["05.07.14-001.53", " 05071400153 ", "05 07 14 001 53"])
def test_a_national_number_is_read_as_people_write_it(student: Student, filer: Filer, typed: str):
    filer(an_action(planned_hours=240))
    _, told = student("balance --year 2026 --json", number=typed)

    assert json.loads(told)["remaining"] == 410


def test_an_unknown_person_has_the_whole_limit_and_the_look_is_on_record(student: Student):
    _, told = student("balance --year 2026", number="06020300277")

    assert "remaining  650 hours" in told
    assert looks() == [("BALANCE", "OPERATOR", False, "asked by telephone")]
    assert not Person.objects.exists()


@pytest.mark.parametrize("typed", ["", "05071400154", "0507140015", "x" * 100])
def test_what_is_no_national_number_is_refused_and_not_repeated(student: Student, typed: str):
    code, told = student("balance", number=typed)

    assert (code, told.splitlines()[0]) == (1, "That is no national or bis number.")
    assert looks() == []


@pytest.mark.parametrize("why", [(), ("--reason", " ")])
@pytest.mark.parametrize(
    "words", ["balance", "calendar", "history 610000000192", "consult --person", "recognise x.pdf"]
)
def test_nothing_is_asked_without_a_reason(student: Student, words: str, why: tuple[str, ...]):
    with pytest.raises(SystemExit):
        student(words, why=why)

    assert looks() == []


def test_a_national_number_in_a_reason_is_not_kept(student: Student):
    student("balance", why=("--reason", "call of 05.07.14-001.53 about 05071400153"))

    assert looks()[0][3] == "call of [number] about [number]"


def test_no_option_takes_a_national_number(student: Student, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        student(f"balance {NUMBER}")
    with pytest.raises(SystemExit):
        student(f"consult --person {NUMBER}")


def test_a_calendar_is_a_table_and_the_years_there_are(student: Student, filer: Filer):
    filer(an_action(planned_hours=48))
    _, told = student("calendar --year 2026")
    head, _, row, _, years = told.splitlines()

    assert (
        " ".join(head.split())
        == "period employer number from to planned granted exceeding neutralised worked late state"
    )
    assert " ".join(row.split()[1:]) == "Voorbeeld Winkels 012345674 2026-07-02 2026-07-31 48 48 0 0 - - ACTIVE"
    assert years == "years with student work: 2026"


def test_a_year_without_periods_says_so(student: Student):
    assert student("calendar --year 2024")[1] == "no period in 2024\n\nyears with student work: none\n"


def test_a_calendar_is_written_as_icalendar_for_nobody_else(student: Student, filer: Filer, tmp_path: Path):
    filer(an_action(planned_hours=48))
    path = tmp_path / "calendar.ics"
    student("calendar --year 2026 --language fr --ical", str(path))

    assert path.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert "Convenu" in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_is_overwritten(student: Student, tmp_path: Path):
    path = tmp_path / "there.pdf"
    path.write_text("mine")
    code, told = student("attestation --to", str(path))

    assert (code, path.read_text(), Attestation.objects.exists()) == (1, "mine", False)
    assert "cannot be made" in told


def test_an_attestation_is_printed_and_its_code_is_on_the_paper_alone(student: Student, tmp_path: Path):
    path = tmp_path / "attestation.pdf"
    code, told = student("attestation --language de --name Noor --to", str(path))
    text = PdfReader(path).pages[0].extract_text()
    number = Attestation.objects.get().number
    (printed,) = (line for line in text.splitlines() if line.count("-") == 3 and len(line) == 19)

    assert (code, told.splitlines()[0]) == (0, f"attestation  {number}")
    assert "Bescheinigung über Studentenarbeit" in text
    assert "Noor" in text
    assert printed not in told
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_attestation_for_a_student_who_never_worked_makes_the_person_known(student: Student, tmp_path: Path):
    student("attestation --json --to", str(tmp_path / "first.pdf"), number="06020300277")
    student("attestation --json --to", str(tmp_path / "second.pdf"), number="06020300277")

    assert (Person.objects.count(), Attestation.objects.count()) == (1, 2)


def test_a_paper_is_recognised_until_a_byte_changes(student: Student, tmp_path: Path):
    path = tmp_path / "attestation.pdf"
    student("attestation --to", str(path))
    _, known = student("recognise", str(path))
    path.write_bytes(path.read_bytes() + b" ")
    _, unknown = student("recognise", str(path))

    assert "remaining    650 of 650" in known
    assert unknown == "this paper was not issued here, or it was altered, or its time is long over\n"


def test_a_paper_that_was_withdrawn_is_told_so(student: Student, tmp_path: Path):
    path = tmp_path / "attestation.pdf"
    student("attestation --to", str(path))
    Attestation.objects.update(withdrawn_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC))

    assert "withdrawn    2026-11-02 10:30" in student("recognise", str(path))[1]


def test_a_paper_that_is_not_there_is_told_so(student: Student, tmp_path: Path):
    assert student("recognise", str(tmp_path / "none.pdf"))[0] == 1


def test_a_history_shows_versions_and_what_made_them(student: Student, filer: Filer):
    (first,) = filer(an_action(planned_hours=240))
    (second,) = filer(a_cancellation(period_of(first)))
    code, told = student(f"history {period_of(first)}")

    assert code == 0
    assert "state           CANCELLED" in told
    assert [word in told for word in ("+240", "-240", str(first.ticket), str(second.ticket), "DimonaCancel")] == [
        True
    ] * 5
    assert looks()[-1][:3] == ("HISTORY", "OPERATOR", True)


def test_a_history_as_json_has_the_same(student: Student, filer: Filer):
    (first,) = filer(an_action(planned_hours=240))
    told = json.loads(student(f"history {period_of(first)} --json")[1])

    assert [(one["change"], one["declaration"]["ticket"]) for one in told["versions"]] == [(240, str(first.ticket))]


def test_what_was_refused_of_a_period_is_told_with_its_history(student: Student, filer: Filer):
    (first,) = filer(an_action(planned_hours=240))
    (refused,) = filer(an_update(period_of(first), planned_hours=240))
    (_, told), (_, as_json) = student(f"history {period_of(first)}"), student(f"history {period_of(first)} --json")

    (line,) = [line for line in told.splitlines() if str(refused.ticket) in line]
    assert ("90378-444" in line, "DimonaUpdate" in line) == (True, True)
    assert [one["declaration"]["ticket"] for one in json.loads(as_json)["refused"]] == [str(refused.ticket)]


def test_refused_declarations_are_found_by_their_employer(student: Student, filer: Filer):
    filer(an_action(), an_action(), an_action(employer=OTHER))

    assert "90373-333" in student("consult --employer 0412345614 --refused")[1]
    assert student("consult --employer 0400767772 --refused")[1] == "nothing was found\n"


@pytest.mark.parametrize("words", ["history 610000000192", "consult --period 610000000192"])
def test_a_number_that_no_period_has_finds_nothing(student: Student, words: str):
    assert student(words) == (0, "nothing was found\n")


@pytest.mark.parametrize(
    "words",
    [
        "history 610000000193",
        "balance --year 1998",
        "balance --year x",
        "consult --limit 0",
        "consult --received-from 1-7-2026",
        "consult --person --employer 0412345614",
    ],
)
def test_words_that_cannot_be_used_are_refused_at_once(student: Student, words: str):
    with pytest.raises(SystemExit):
        student(words)


@pytest.mark.parametrize("by", ["--person", "--employer 012345674", "--employer 0412345614", "--employer 412345614"])
def test_periods_are_found_by_person_and_by_employer(student: Student, filer: Filer, by: str):
    (first,) = filer(an_action())
    _, told = student(f"consult {by}")

    assert period_of(first) in told
    assert looks()[-1][:3] == ("SEARCH", "OPERATOR", True)


def test_periods_are_found_by_their_number(student: Student, filer: Filer):
    (first,) = filer(an_action())

    assert period_of(first) in student(f"consult --period {period_of(first)}")[1]


def test_pages_follow_each_other(student: Student, filer: Filer):
    filer(*(an_action(insz=insz(50714_000 + number, born_from_2000=True)) for number in range(3)))
    _, first = student("consult --employer 012345674 --limit 2")
    place = first.splitlines()[-1].rpartition("--after ")[2]
    _, second = student(f"consult --employer 012345674 --limit 2 --after {place}")

    assert (len(first.splitlines()), len(second.splitlines())) == (5, 3)
    assert json.loads(student("consult --employer 012345674 --limit 2 --json")[1])["following"] == place


def test_declarations_are_found_by_days_of_reception(student: Student, filer: Filer):
    filer(an_action(), an_action())
    _, told = student(f"consult --received-from {NOON:%Y-%m-%d} --received-until {NOON:%Y-%m-%d}")

    assert [line.split()[4] for line in told.splitlines()[2:]] == ["accepted", "refused"]
    assert student("consult --received-from 2026-07-02")[1] == "nothing was found\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("consult", "Nothing says what to look for."),
        ("consult --employer 0999999922", "No employer has the number '0999999922' in environment R."),
        ("consult --refused", "Refused declarations are looked up for an employer."),
        ("consult --person --after x", "'x' is no place in a list."),
    ],
)
def test_a_search_that_makes_no_sense_says_what_to_do(student: Student, words: str, told: str):
    code, said = student(words)

    assert (code, said.splitlines()[0]) == (1, told)


def test_nothing_of_a_person_is_in_the_evidence_or_in_what_is_printed(student: Student, filer: Filer, tmp_path: Path):
    filer(an_action())
    told = [
        student("balance")[1],
        student("calendar")[1],
        student("consult --person")[1],
        student("attestation --name Noor --to", str(tmp_path / "a.pdf"))[1],
    ]
    kept = [str(row) for table in (AuditEvent, ConsultationLog, Attestation) for row in table.objects.values()]

    assert [text for text in told + kept if NUMBER in text or "Noor" in text] == []


@pytest.mark.parametrize(
    ("words", "state", "code"), [("lock", "LOCKED", "00913-362"), ("block", "BLOCKED", "00913-357")]
)
def test_a_period_is_fixed_or_stopped_and_given_back(student: Student, filer: Filer, words: str, state: str, code: str):
    number = period_of(*filer(an_action()))

    assert student(words, number) == (0, f"period {number} is {state}\n")
    assert [finding.code for finding in filer(a_cancellation(number))[0].findings] == [code]
    assert student(f"un{words}", number) == (0, f"period {number} is ACTIVE\n")
    assert filer(a_cancellation(number))[0].findings == ()


def test_a_period_that_is_there_no_more_is_not_fixed(student: Student, filer: Filer):
    number = period_of(*filer(an_action()))
    filer(a_cancellation(number))

    code, told = student("lock", number)
    assert (code, "No living period has the number" in told) == (1, True)


@pytest.mark.parametrize(
    "words", ["consult --employer 012345674 --received-until 2020-01-01", "consult --received-until 2020-01-01"]
)
def test_a_search_that_finds_nothing_is_on_record(student: Student, words: str):
    assert student(words)[0] == 0
    assert looks() == [("SEARCH", "OPERATOR", False, "asked by telephone")]
