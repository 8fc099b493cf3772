"""The bench of the doors measures what it says, over few and small files here."""

from dataclasses import replace

import pytest

from commands.bench.doors import sftp
from commands.bench.doors.installation import Installation
from commands.bench.doors.sshd import OutageError, running_sshd
from commands.demo.installation import DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from evidence.clock import SystemClock
from tests.door.conftest import database_url


def test_every_ratio_of_the_sftp_door_is_there(transactional_db, tmp_path, monkeypatch, settings):
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url())
    settings.GUICHET = sftp_home(settings.GUICHET, tmp_path)
    make_missing_keys(tmp_path / "keys")
    keys = DemoKeys(tmp_path / "sender")
    install_demo_sender(keys, home=tmp_path, sftp_port=0, at=SystemClock().now())
    scale = sftp.Scale(
        big_bytes=1_000_000, sets=2, sessions=2, files_a_session=4, connections=4, connections_at_once=2, rounds=1
    )
    figures = sftp.measure(Installation(tmp_path, keys), scale)
    names = ("big", "big_small_window", "small", "small_no_go", "parallel", "connect")
    assert all(figures[f"sftp_{name}_ratio"] > 0 for name in names)


def sftp_home(configuration, home):
    return replace(configuration, home=home, trust=home / "trust")


def test_without_the_program_to_compare_with_the_bench_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr("commands.bench.doors.sshd.shutil.which", lambda *_, **__: None)
    with pytest.raises(OutageError, match="sshd"), running_sshd(tmp_path / "sshd", public_key=tmp_path):
        pass
