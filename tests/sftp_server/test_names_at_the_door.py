"""Paths and names that should lead nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.environments import Tray
from domain.mailbox_refusals import NameNotTaken, NoSuchFile
from sftp_server.paths import FilePlace, Root, TrayPlace, find_place, normalise


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (b"", Root()),
        (b"/", Root()),
        (b".", Root()),
        (b"/../../..", Root()),
        (b"IN/..", Root()),
        (b"IN", TrayPlace(Tray.IN)),
        (b"//INTEST-S//.", TrayPlace(Tray.IN_SIMULATION)),
        (b"/OUT/../IN/./A.B", FilePlace(Tray.IN, "A.B")),
        (b"../../OUTTEST/" + b"x" * 64, FilePlace(Tray.OUT_TEST, "x" * 64)),
    ],
)
def test_a_path_leads_to_its_place(path, place):
    assert find_place(path) == place


@pytest.mark.parametrize(
    "path", [b"etc/passwd", b"in", b"IN/a/b", b"IN/a\0", b"\0", b"/IN/" * 2000, b"IN2", b"IN/\xff/b"]
)
def test_a_path_beside_the_trays_leads_nowhere(path):
    with pytest.raises(NoSuchFile):
        find_place(path)


@pytest.mark.parametrize("name", [b"x" * 65, b"x" * 255, "é".encode(), b"\xff\xfe", b"a b", b"a\tb", b"a\n", b"\x7f"])
def test_a_name_that_no_door_takes_is_refused(name):
    with pytest.raises(NameNotTaken):
        find_place(b"IN/" + name)


@given(st.binary(max_size=200))
def test_no_path_leads_out(path):
    try:
        place = find_place(path)
    except (NoSuchFile, NameNotTaken):
        return
    assert isinstance(place, Root | TrayPlace | FilePlace)
    assert not isinstance(place, FilePlace) or ("/" not in place.name and place.name not in {"", ".", ".."})


@given(st.lists(st.sampled_from([b"IN", b"..", b".", b"", b"A", b"\xc3\xa9"]), max_size=12).map(b"/".join))
def test_normalising_twice_changes_nothing(path):
    once = normalise(path)
    assert normalise(once) == once
    assert b".." not in once.split(b"/")


@pytest.mark.parametrize("name", ["x" * 65, "x" * 255, "déclaration", "a b", "../../../etc/cron.d/x", "a/b"])
def test_the_door_refuses_such_a_name_and_stays_open(door, name):
    with door.client() as client:
        with pytest.raises(OSError, match=r"."):
            client.open(f"IN/{name}", "wb")
        assert client.listdir("IN") == []


def test_a_nul_in_a_path_gets_a_status(door):
    with door.client() as client:
        for ask in (client.stat, client.normalize, client.listdir, client.remove):
            with pytest.raises(FileNotFoundError):
                ask("IN/a\0b")


def test_the_working_directory_cannot_leave_the_root(door):
    with door.client() as client:
        assert client.normalize("../../..") == "/"
        assert client.normalize("IN//./../OUT/") == "/OUT"


def test_looking_for_a_name_that_no_door_takes_finds_nothing(door):
    with door.client() as client, pytest.raises(FileNotFoundError):
        client.stat("IN/déclaration")
