"""What the health page says of the scanner of evidence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from domain.refusals import OutageError
from evidence.spool import Spool
from ingest.noted_scanner import NotedScanner, NotedSpool
from portal.health_checks import HealthCheck
from portal.health_of_scanner import look_at_scanner
from tests.sender.narrow_disk import no_file_larger_than

SPOOL = Spool.below(settings.GUICHET.home)
LARGEST = 200 * 1024
NOON, MINUTE = datetime(2026, 11, 27, 11, tzinfo=UTC), timedelta(minutes=1)


class Program:
    """Looks, or does not, and counts how often it was asked."""

    def __init__(self) -> None:
        self.answers, self.asked = True, 0

    def now(self) -> datetime:
        return NOON

    def is_harmful(self, path: Path) -> bool:
        self.asked += 1
        if not self.answers:
            raise OutageError("the scanner of evidence ended with 2")
        return not path.read_bytes()


def noted(program: Program) -> NotedScanner:
    return NotedScanner(program, clock=program, spool=SPOOL, max_bytes=LARGEST)


def look(program: Program, *, spool: Spool = SPOOL, after: timedelta = timedelta(0)) -> HealthCheck:
    (check,) = look_at_scanner(noted(program), spool=spool, max_bytes=LARGEST, now=NOON + after)
    assert check.is_ok != bool(check.next_step)
    return check


def told(program: Program, *, after: timedelta = timedelta(0)) -> tuple[bool, str]:
    check = look(program, after=after)
    return check.is_ok, check.in_english


@pytest.fixture
def program(db: None) -> Program:
    return Program()


def test_a_scanner_that_looks_answers(program: Program):
    assert told(program) == (True, "answers")


def test_one_that_does_not_look_fails_until_it_does_again(program: Program):
    program.answers = False
    failing = (
        False,
        "looks through nothing since 2026-11-27 12:00+01:00: documents are turned away, and drafts wait",
    )
    assert told(program) == failing
    program.answers = True
    assert told(program, after=MINUTE / 2) == failing
    assert told(program, after=MINUTE) == (True, "answers")


@pytest.mark.parametrize("room", [1, LARGEST // 3], ids=["none", "for small documents"])
def test_a_disk_without_room_for_the_largest_document_is_named_with_what_to_do(program: Program, room: int):
    spool = NotedSpool(SPOOL.folder, clock=program)
    with no_file_larger_than(room):
        first, later = look(program, spool=spool), look(program, spool=spool, after=MINUTE)

    assert first == later
    assert first.in_english == (
        "has no room since 2026-11-27 12:00+01:00 for a copy as large as a document may be: "
        "documents are turned away, and drafts wait"
    )
    assert first.next_step.startswith("Make room on the disk of the folder spool in GUICHET_HOME")
    assert program.asked == 0
    assert told(program, after=2 * MINUTE) == (True, "answers")


def test_where_a_document_found_no_room_the_disk_is_named_before_the_scanner_is_tried_again(program: Program):
    assert told(program) == (True, "answers")
    with no_file_larger_than(LARGEST // 3):
        with pytest.raises(OutageError), NotedSpool(SPOOL.folder, clock=program).named("a.pdf", [bytes(LARGEST)]):
            pass
        assert look(program, after=MINUTE / 2).next_step.startswith("Make room on the disk")


def test_a_scanner_that_fails_with_room_on_the_disk_is_told_by_the_log(program: Program):
    program.answers = False
    failing = look(program)

    assert failing.next_step.startswith("Read its exit code and first words in the log of the portal")
    assert failing.next_step.endswith("or give it room for its own working files.")


def test_whoever_asks_it_is_tried_once_a_minute(program: Program):
    for second in range(5):
        told(program, after=timedelta(seconds=second))
    assert program.asked == 1


def test_without_one_the_page_says_that_nobody_looks():
    (check,) = look_at_scanner(None, spool=SPOOL, max_bytes=LARGEST, now=NOON)
    assert (check.is_ok, check.is_set, check.told) == (True, False, "none is set: documents are taken unscanned")
