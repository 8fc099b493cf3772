"""Read the door's limits from environment variables; docs/reference/settings.md explains each."""

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network

from domain.refusals import OutageError
from sftp_server.door_settings import DoorSettings
from sftp_server.penalties import PenaltyRules

_PENALTIES = {
    "authfail": "failed_login",
    "noauth": "no_login",
    "grace-exceeded": "overdue",
    "min": "least",
    "max": "most",
}


class DoorSettingError(OutageError):
    """A setting of the door cannot be used; the message names the variable and what is expected."""


def read_door_settings() -> DoorSettings:
    """Return the limits that hold for this process; DoorSettingError names the first variable that cannot be used."""
    begin, rate, full = _startups("GUICHET_SFTP_STARTUPS", "100:30:200")
    return DoorSettings(
        window=_number("GUICHET_SFTP_WINDOW_BYTES", "4194304"),
        windows_total=_number("GUICHET_SFTP_WINDOWS_TOTAL_BYTES", "100663296"),
        connections=_number("GUICHET_SFTP_CONNECTIONS", "1000"),
        source_connections=_number("GUICHET_SFTP_SOURCE_CONNECTIONS", "100"),
        startups_begin=begin,
        startups_rate=rate,
        startups_full=full,
        source_startups=_number("GUICHET_SFTP_SOURCE_STARTUPS", "60"),
        sender_sessions=_number("GUICHET_SFTP_SENDER_SESSIONS", "64"),
        login_grace=_number("GUICHET_SFTP_LOGIN_SECONDS", "30"),
        login_tries=_number("GUICHET_SFTP_LOGIN_TRIES", "6"),
        penalties=_penalties("GUICHET_SFTP_PENALTIES", "authfail:5 noauth:1 grace-exceeded:10 min:15 max:600"),
        exempt=_networks("GUICHET_SFTP_EXEMPT"),
        idle=_number("GUICHET_SFTP_IDLE_SECONDS", "600"),
        rekey_bytes=_number("GUICHET_SFTP_REKEY_BYTES", "1073741824"),
        rekey_after=_number("GUICHET_SFTP_REKEY_SECONDS", "3600"),
        accept_ssh_rsa=_switch("GUICHET_SFTP_ACCEPT_SSH_RSA", "off"),
        drain=_number("GUICHET_SFTP_DRAIN_SECONDS", "15"),
    )


def _number(name: str, default: str) -> int:
    text = os.environ.get(name) or default
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) == 0:
        raise DoorSettingError(f"{name} is {text!r}; a whole number above 0 is expected")
    return int(text)


def _switch(name: str, default: str) -> bool:
    text = os.environ.get(name) or default
    if text not in {"on", "off"}:
        raise DoorSettingError(f"{name} is {text!r}; on or off is expected")
    return text == "on"


def _startups(name: str, default: str) -> tuple[int, int, int]:
    text = os.environ.get(name) or default
    found = re.fullmatch(r"([0-9]{1,6}):([0-9]{1,3}):([0-9]{1,6})", text)
    begin, rate, full = map(int, found.groups()) if found else (0, 0, 0)
    if not (1 <= begin <= full and 1 <= rate <= 100):  # noqa: PLR2004 - per cent
        raise DoorSettingError(f"{name} is {text!r}; begin:rate:full is expected, such as 100:30:200")
    return begin, rate, full


def _penalties(name: str, default: str) -> PenaltyRules:
    text = os.environ.get(name) or default
    if text == "off":
        return PenaltyRules(failed_login=0, no_login=0, overdue=0)
    pairs: Mapping[str, str] = dict(part.partition(":")[::2] for part in text.split())
    if not pairs or not all(key in _PENALTIES and re.fullmatch(r"[0-9]{1,6}", value) for key, value in pairs.items()):
        raise DoorSettingError(
            f"{name} is {text!r}; off or pairs such as authfail:5 of {', '.join(_PENALTIES)} are expected"
        )
    return PenaltyRules(**{_PENALTIES[key]: float(value) for key, value in pairs.items()})


def _networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    text = os.environ.get(name, "")
    try:
        return tuple(ip_network(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise DoorSettingError(f"{name} is {text!r}; networks such as 192.0.2.0/24 are expected: {error}") from None
