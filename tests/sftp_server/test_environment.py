"""The door's limits come from environment variables, with the defaults of the settings themselves."""

import ipaddress
import re

import pytest

from sftp_server.door_settings import DoorSettings
from sftp_server.environment import DoorSettingError, read_door_settings
from sftp_server.penalties import PenaltyRules


def test_without_variables_the_defaults_hold(monkeypatch):
    assert read_door_settings() == DoorSettings()


def test_each_kind_of_variable_is_read(monkeypatch):
    monkeypatch.setenv("GUICHET_SFTP_STARTUPS", "10:50:20")
    monkeypatch.setenv("GUICHET_SFTP_IDLE_SECONDS", "7")
    monkeypatch.setenv("GUICHET_SFTP_ACCEPT_SSH_RSA", "on")
    monkeypatch.setenv("GUICHET_SFTP_EXEMPT", "192.0.2.0/24, 2001:db8::/32")
    monkeypatch.setenv("GUICHET_SFTP_PENALTIES", "authfail:9 max:99")
    settings = read_door_settings()
    assert (settings.startups_begin, settings.startups_rate, settings.startups_full) == (10, 50, 20)
    assert (settings.idle, settings.accept_ssh_rsa) == (7, True)
    assert settings.exempt == (ipaddress.ip_network("192.0.2.0/24"), ipaddress.ip_network("2001:db8::/32"))
    assert settings.penalties == PenaltyRules(failed_login=9.0, most=99.0)


def test_penalties_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("GUICHET_SFTP_PENALTIES", "off")
    rules = read_door_settings().penalties
    assert (rules.failed_login, rules.no_login, rules.overdue) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GUICHET_SFTP_IDLE_SECONDS", "0"),
        ("GUICHET_SFTP_IDLE_SECONDS", "soon"),
        ("GUICHET_SFTP_STARTUPS", "10"),
        ("GUICHET_SFTP_STARTUPS", "20:30:10"),
        ("GUICHET_SFTP_STARTUPS", "1:101:10"),
        ("GUICHET_SFTP_EXEMPT", "192.0.2.1/24"),
        ("GUICHET_SFTP_ACCEPT_SSH_RSA", "yes"),
        ("GUICHET_SFTP_PENALTIES", "authfail:many"),
        ("GUICHET_SFTP_PENALTIES", "crash:90"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(DoorSettingError, match=f"^{name} is {re.escape(repr(value))}; .* expected"):
        read_door_settings()
