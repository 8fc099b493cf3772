"""What the health page says of the scanner of evidence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from domain.refusals import OutageError
from evidence.spool import Spool
from ingest.noted_scanner import NotedScanner, NotedSpool
from portal.health_of_scanner import look_at_scanner
from tests.sender.narrow_disk import no_file_larger_than

SPOOL = Spool.below(settings.GUICHET.home)
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
    return NotedScanner(program, clock=program, spool=SPOOL)


def told(program: Program, *, after: timedelta = timedelta(0)) -> tuple[bool, str]:
    (check,) = look_at_scanner(noted(program), spool=SPOOL, now=NOON + after)
    assert check.is_ok != bool(check.next_step)
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


def test_a_disk_that_takes_no_copy_is_named_with_what_to_do(program: Program):
    with no_file_larger_than(1):
        (full,) = look_at_scanner(noted(program), spool=NotedSpool(SPOOL.folder, clock=program), now=NOON)

    assert full.in_english == (
        "looks through nothing since 2026-11-27 12:00+01:00, for the disk takes no copy for it: "
        "documents are turned away, and drafts wait"
    )
    assert full.next_step.startswith("Make room on the disk of the folder spool in GUICHET_HOME")
    assert program.asked == 0
    assert told(program, after=MINUTE) == (True, "answers")


def test_a_scanner_that_fails_with_room_on_the_disk_is_told_by_the_log(program: Program):
    program.answers = False
    (failing,) = look_at_scanner(noted(program), spool=SPOOL, now=NOON)

    assert failing.next_step.startswith("Read its exit code and first words in the log of the portal")
    assert failing.next_step.endswith("or give it room for its own working files.")


def test_whoever_asks_it_is_tried_once_a_minute(program: Program):
    for second in range(5):
        told(program, after=timedelta(seconds=second))
    assert program.asked == 1


def test_without_one_the_page_says_that_nobody_looks():
    (check,) = look_at_scanner(None, spool=SPOOL, now=NOON)
    assert (check.is_ok, check.is_set, check.told) == (True, False, "none is set: documents are taken unscanned")
