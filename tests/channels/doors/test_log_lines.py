"""What a line of the log tells besides its event, whichever door or portal writes it."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from tests.architecture.repository import ROOT

PROGRAM = """
import structlog
from channels.doors.log_lines import write_log_lines
write_log_lines()
log = structlog.get_logger()
log.debug("not told")
log.warning("refused", source="192.0.2.1\\n{}")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
"""


def written() -> list[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_each_line_is_one_object_with_its_level_and_its_instant_in_utc():
    lines = [json.loads(line) for line in written()]
    assert [(line["event"], line["level"]) for line in lines] == [("refused", "warning"), ("failed", "error")]
    for line in lines:
        at = datetime.fromisoformat(line["timestamp"])
        assert at.utcoffset() == timedelta(0)
        assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)


def test_what_was_sent_begins_no_line_of_its_own():
    first, _ = written()
    assert json.loads(first)["source"] == "192.0.2.1\n{}"


def test_a_trouble_of_ours_is_told_with_its_traceback():
    _, second = written()
    assert "ZeroDivisionError" in json.loads(second)["exception"]
