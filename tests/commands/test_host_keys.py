"""Host keys of the SFTP door follow one another: announced first, then put in place."""

import subprocess
from argparse import ArgumentParser, Namespace

import pytest

from commands import keys
from commands.host_keys import fingerprint, make_host_key
from sftp_server.host_keys import read_coming_host_keys, read_host_keys

NAMES = ("sftp_host_ed25519", "sftp_host_ecdsa")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    made = tmp_path / "keys"
    made.mkdir()
    for name in NAMES:
        make_host_key(made / name, keys.HOST_KEYS[name])
    return made


def act(action: str) -> int:
    return keys.run(Namespace(action=action))


def test_announced_keys_are_known_to_the_door_and_take_over_at_the_switch(folder, capsys):
    paths = [folder / name for name in NAMES]
    before = read_host_keys(paths)
    assert act("announce") == 0
    coming = read_coming_host_keys(paths)
    assert read_host_keys(paths) == before
    assert act("switch") == 0
    assert [key.asbytes() for key in read_host_keys(paths)] == [key.asbytes() for key in coming]
    assert read_coming_host_keys(paths) == ()
    assert {path.name for path in folder.iterdir()} == {
        f"{name}{end}" for name in NAMES for end in ("", ".pub", ".old", ".old.pub")
    }
    assert capsys.readouterr().out.count("SHA256:") == 4


def test_announcing_again_keeps_what_is_announced(folder):
    act("announce")
    first = (folder / "sftp_host_ed25519.next").read_bytes()
    act("announce")
    assert (folder / "sftp_host_ed25519.next").read_bytes() == first


def test_nothing_is_switched_to_that_was_not_announced(folder, capsys):
    before = (folder / "sftp_host_ed25519").read_bytes()
    assert act("switch") == 1
    assert "announce" in capsys.readouterr().err
    assert (folder / "sftp_host_ed25519").read_bytes() == before


def test_fingerprints_are_those_of_openssh(folder):
    path = folder / "sftp_host_ecdsa"
    shown = subprocess.run(["ssh-keygen", "-lf", f"{path}.pub"], capture_output=True, text=True, check=True).stdout
    assert fingerprint(path) in shown.split()


def test_keys_are_made_where_no_action_is_named():
    parser = ArgumentParser()
    keys.add_arguments(parser)
    assert parser.parse_args([]).action == "make"
