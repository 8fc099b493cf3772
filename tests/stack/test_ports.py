import socket
from dataclasses import replace
from pathlib import Path

import pytest

from commands.stack import ports
from commands.stack.configuration import StackConfiguration
from commands.stack.ports import find_troubles


def a_configuration(home: Path) -> StackConfiguration:
    with socket.socket() as sftp, socket.socket() as ftp, socket.socket() as portal, socket.socket() as airflow:
        for probe in (sftp, ftp, portal, airflow):
            probe.bind(("127.0.0.1", 0))
        chosen = {
            "GUICHET_SFTP_PORT": str(sftp.getsockname()[1]),
            "GUICHET_FTP_PORT": str(ftp.getsockname()[1]),
            "GUICHET_PORTAL_PORT": str(portal.getsockname()[1]),
            "GUICHET_AIRFLOW_PORT": str(airflow.getsockname()[1]),
        }
    return replace(StackConfiguration.from_environment(chosen), home=home)


def test_free_ports_and_a_disk_with_room_are_no_trouble(tmp_path: Path) -> None:
    assert find_troubles(a_configuration(tmp_path)) == []


def test_a_taken_port_is_told_with_its_use_and_its_variable(tmp_path: Path) -> None:
    configuration = a_configuration(tmp_path)
    with socket.create_server(("127.0.0.1", configuration.sftp_port)):
        told = find_troubles(configuration)
    assert told == [
        f"port {configuration.sftp_port} (SFTP door) is taken: stop what listens there or set GUICHET_SFTP_PORT"
    ]


def test_a_port_that_another_shares_willingly_is_taken_all_the_same(tmp_path: Path) -> None:
    configuration = a_configuration(tmp_path)
    with socket.create_server(("127.0.0.1", configuration.sftp_port), reuse_port=True):
        assert len(find_troubles(configuration)) == 1


def test_every_taken_port_is_told_at_once(tmp_path: Path) -> None:
    configuration = a_configuration(tmp_path)
    with (
        socket.create_server(("127.0.0.1", configuration.portal_port)),
        socket.create_server(("127.0.0.1", configuration.airflow_port)),
    ):
        told = find_troubles(configuration)
    assert [line.partition("set ")[2] for line in told] == ["GUICHET_PORTAL_PORT", "GUICHET_AIRFLOW_PORT"]


def test_an_address_of_another_machine_is_told(tmp_path: Path) -> None:
    told = find_troubles(replace(a_configuration(tmp_path), sftp_host="192.0.2.1"))
    assert [line.startswith("192.0.2.1 port ") for line in told] == [True]


def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "NEEDED_MEGABYTES", 10**12)
    (told,) = find_troubles(a_configuration(tmp_path / "not" / "made" / "yet"))
    assert told.startswith(f"the disk of {tmp_path / 'not' / 'made' / 'yet'} has ")
    assert told.endswith("free some or set GUICHET_HOME")
