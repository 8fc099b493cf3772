"""What the health page and the start of the portal say of the roots of cards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from auth.eid.verification import WithoutRevocation
from commands.demo.card_authority import CardAuthority, Generation
from portal.card_roots import _log_once, look_at_roots, tell_roots
from portal.eid_configuration import EidConfiguration
from tests.portal.eid.folders import DAY, fill_folder, pins_of, write

NOT_BELIEVED = (False, "no card signs in: a root is not to be believed")
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def folder(tmp_path) -> Path:
    fill_folder(tmp_path, CardAuthority.create(Generation.APPLET_1_8, at=NOW - 400 * DAY), at=NOW)
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_logged_before() -> None:
    _log_once.cache_clear()


def of(folder: Path, *roots: str) -> EidConfiguration:
    return EidConfiguration(folder, frozenset(roots), frozenset(), WithoutRevocation.REFUSED)


def pinned(folder: Path) -> EidConfiguration:
    return of(folder, *pins_of(folder))


def told(configuration: EidConfiguration) -> tuple[bool, str]:
    look = look_at_roots(configuration)
    assert look.is_ok != bool(look.next_step)
    return look.is_ok, look.in_english


def test_roots_that_are_pinned_are_counted(folder):
    assert told(pinned(folder)) == (True, "1 root, pinned")


def test_several_roots_are_told_by_their_number(folder, tmp_path_factory):
    more = tmp_path_factory.mktemp("more")
    fill_folder(more, CardAuthority.create(Generation.APPLET_1_7, at=NOW - 400 * DAY), at=NOW)
    for path in (more / "anchors").iterdir():
        (folder / "anchors" / f"more-{path.name}").write_bytes(path.read_bytes())
    assert told(of(folder, *pins_of(folder), *pins_of(more))) == (True, "2 roots, all pinned")


def test_nobody_signs_in_below_a_root_where_none_is_pinned(folder):
    assert told(of(folder)) == NOT_BELIEVED
    assert look_at_roots(of(folder)).next_step.startswith("No root is pinned.")
    assert look_at_roots(of(folder, "0" * 64)).next_step.startswith("The log says which.")


def test_where_no_root_is_nobody_signs_in_and_nothing_is_wrong(tmp_path):
    assert told(of(tmp_path)) == (True, "no root is there: nobody signs in")
    assert not look_at_roots(of(tmp_path)).is_set


def test_a_root_that_is_not_pinned_is_told_before_anybody_shows_a_card(folder):
    with capture_logs() as logs:
        assert told(of(folder, "0" * 64)) == NOT_BELIEVED

    assert "is none of those that GUICHET_EID_ROOTS pins" in logs[0]["trouble"]


def test_a_file_that_is_no_root_is_named_in_the_log_and_to_nobody_else(folder):
    write(folder / "anchors" / "other.pem", b"nothing")
    with capture_logs() as logs:
        assert told(pinned(folder)) == NOT_BELIEVED

    assert "other.pem" in logs[0]["trouble"]


def test_what_is_not_read_as_a_root_is_not_looked_at(folder):
    (folder / "anchors" / "gone.pem").symlink_to(folder / "nowhere")
    hidden = folder / "anchors" / ".part"
    hidden.touch()
    hidden.chmod(0o666)

    assert told(pinned(folder)) == (True, "1 root, pinned")


@pytest.mark.parametrize("what", ["anchors", "anchors/*"])
def test_roots_that_everybody_may_change_are_told(folder, what):
    (path,) = folder.glob(what)
    path.chmod(path.stat().st_mode | 0o002)

    assert told(pinned(folder)) == (False, "everybody on the machine may change the roots")


def test_the_start_of_the_portal_tells_what_is_wrong_and_nothing_else(folder):
    with capture_logs() as logs:
        tell_roots(pinned(folder))
        tell_roots(of(folder, "0" * 64))

    assert [line["event"] for line in logs] == ["card roots not believed"]


def test_a_trouble_that_lasts_is_logged_once_and_again_when_it_comes_back(folder):
    with capture_logs() as logs:
        for configuration in (of(folder), of(folder), pinned(folder), of(folder)):
            look_at_roots(configuration)

    assert [line["log_level"] for line in logs] == ["error", "error"]
