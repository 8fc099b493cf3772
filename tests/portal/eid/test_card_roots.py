"""What the health page and the start of the portal say of the roots of cards."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from auth.eid.verification import WithoutRevocation
from commands.demo.card_authority import CardAuthority, Generation
from portal.card_roots import look_at_roots, tell_roots
from portal.eid_configuration import EidConfiguration
from portal.eid_trust import read_roots
from tests.portal.eid.folders import DAY, fill_folder, write

NOT_BELIEVED = (False, "no card signs in: a root is not to be believed")
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def folder(tmp_path) -> Path:
    fill_folder(tmp_path, CardAuthority.create(Generation.APPLET_1_8, at=NOW - 400 * DAY), at=NOW)
    return tmp_path


def of(folder: Path, *roots: str) -> EidConfiguration:
    return EidConfiguration(folder, frozenset(roots), frozenset(), WithoutRevocation.REFUSED)


def told(configuration: EidConfiguration) -> tuple[bool, str]:
    look = look_at_roots(configuration)
    assert look.is_ok != bool(look.next_step)
    return look.is_ok, look.in_english


def test_roots_that_are_pinned_and_roots_that_are_not_are_told_apart(folder):
    (root,) = read_roots(of(folder))

    assert told(of(folder)) == (True, "1 roots, none of them pinned")
    assert told(of(folder, hashlib.sha256(root).hexdigest())) == (True, "1 roots, all pinned")


def test_where_no_root_is_nobody_signs_in_and_nothing_is_wrong(tmp_path):
    assert told(of(tmp_path)) == (True, "no root is there: nobody signs in")


def test_a_root_that_is_not_pinned_is_told_before_anybody_shows_a_card(folder):
    with capture_logs() as logs:
        assert told(of(folder, "0" * 64)) == NOT_BELIEVED

    assert "is none of those that GUICHET_EID_ROOTS pins" in logs[0]["trouble"]


def test_a_file_that_is_no_root_is_named_in_the_log_and_to_nobody_else(folder):
    write(folder / "anchors" / "other.pem", b"nothing")
    with capture_logs() as logs:
        assert told(of(folder)) == NOT_BELIEVED

    assert "other.pem" in logs[0]["trouble"]


def test_what_is_not_read_as_a_root_is_not_looked_at(folder):
    (folder / "anchors" / "gone.pem").symlink_to(folder / "nowhere")
    hidden = folder / "anchors" / ".part"
    hidden.touch()
    hidden.chmod(0o666)

    assert told(of(folder)) == (True, "1 roots, none of them pinned")


@pytest.mark.parametrize("what", ["anchors", "anchors/*"])
def test_roots_that_everybody_may_change_are_told(folder, what):
    (path,) = folder.glob(what)
    path.chmod(path.stat().st_mode | 0o002)

    assert told(of(folder)) == (False, "everybody on the machine may change the roots")


def test_the_start_of_the_portal_tells_what_is_wrong_and_nothing_else(folder):
    with capture_logs() as logs:
        tell_roots(of(folder))
        tell_roots(replace(of(folder), roots=frozenset({"0" * 64})))

    assert [line["event"] for line in logs] == ["card roots not believed"]
