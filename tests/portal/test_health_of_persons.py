"""What the health page and the log say of the keys of the persons register."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from portal.health_of_persons import _log_once, look_at_person_keys
from registers.persons.numbers import PersonKeys

UNREAD = "cannot be read: files wait unjudged, and nobody who is registered is found"


@pytest.fixture(autouse=True)
def nothing_logged_before() -> None:
    _log_once.cache_clear()


def test_keys_that_can_be_read_are_well(tmp_path: Path):
    path = tmp_path / "persons.json"
    path.write_text(PersonKeys.generate(), encoding="ascii")
    check = look_at_person_keys(path)
    assert (check.is_ok, check.told, check.next_step) == (True, "can be read", "")


@pytest.mark.parametrize("content", [None, "{}", '{"current": "k2", "encryption": {}, "index": ""}'])
def test_keys_that_are_not_there_fail_with_what_to_do_and_the_log_alone_says_where(tmp_path: Path, content: str | None):
    path = tmp_path / "persons.json"
    if content is not None:
        path.write_text(content, encoding="ascii")
    with capture_logs() as logs:
        checks = [look_at_person_keys(path) for _ in range(3)]
    assert {(check.is_ok, check.told) for check in checks} == {(False, UNREAD)}
    assert "from your backup" in checks[0].next_step
    assert str(tmp_path) not in checks[0].next_step
    (line,) = logs
    assert line["log_level"] == "error"
    assert str(path) in line["trouble"]
    assert "Put back the copy in your backup" in line["trouble"]


def test_keys_that_are_lost_again_are_logged_again(tmp_path: Path):
    path = tmp_path / "persons.json"
    with capture_logs() as logs:
        look_at_person_keys(path)
        path.write_text(PersonKeys.generate(), encoding="ascii")
        look_at_person_keys(path)
        path.unlink()
        look_at_person_keys(path)
    assert len(logs) == 2
