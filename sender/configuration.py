"""What a sender always uses: `guichet.toml` once, with the options of a single call on top of it."""

import dataclasses
import tomllib
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self, TypeVar

from domain.channels import Channel
from domain.environments import Environment
from domain.sender_numbers import SenderNumber
from sender.troubles import SenderError

FILE_NAME = "guichet.toml"
CHANNELS = MappingProxyType({"sftp": Channel.SFTP, "ftp": Channel.FTP, "web": Channel.WEB_SERVICE})
"""The channels by the words of a configuration."""
DEFAULT_PORTS = MappingProxyType({Channel.SFTP: 8022, Channel.FTP: 8021, Channel.WEB_SERVICE: 8443})
_LAST_PORT = 65535
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that may stand in `guichet.toml`; None where neither the file nor an option says it."""

    channel: Channel | None = None
    host: str | None = None
    port: int | None = None
    user: str | None = None
    identity: Path | None = None
    known_hosts: Path | None = None
    host_key_fingerprints: tuple[str, ...] | None = None
    authority: Path | None = None
    password_env: str | None = None
    login_certificate: Path | None = None
    login_key: Path | None = None
    without_tls: bool | None = None
    client: str | None = None
    client_key: Path | None = None
    client_key_name: str | None = None
    sender: SenderNumber | None = None
    purpose: str | None = None
    environment: Environment | None = None
    key: Path | None = None
    certificate: Path | None = None
    state: Path | None = None
    to: Path | None = None
    platform_certificate: Path | None = None
    acknowledge: bool | None = None

    @property
    def chosen_channel(self) -> Channel:
        """The channel to use: SFTP unless another is named."""
        return self.channel or Channel.SFTP

    @property
    def known_port(self) -> int:
        """The port of the channel to use: its usual one unless another is named."""
        return self.port or DEFAULT_PORTS[self.chosen_channel]

    def overlaid(self, arguments: Namespace) -> Self:
        """Return this configuration with every option that was given in its place.

        A port belongs to the channel that it was written for: an option that chooses another channel leaves it out.
        """
        given = {
            field.name: getattr(arguments, field.name)
            for field in dataclasses.fields(self)
            if getattr(arguments, field.name, None) is not None
        }
        is_other_channel = given.get("channel", self.chosen_channel) is not self.chosen_channel
        return dataclasses.replace(self, **({"port": None} if is_other_channel else {}) | given)


def required(value: _Value | None, *, what: str, option: str) -> _Value:
    """Return `value`; SenderError naming `what` and its `option` when it is None."""
    if value is None:
        raise SenderError(f"{what} is not known.", next_step=f"Give {option}, or write it once in {FILE_NAME}.")
    return value


def load_configuration(arguments: Namespace) -> Configuration:
    """Return what the configuration file and the options of this call say together; options win.

    `arguments.config` names the file; without it `guichet.toml` in the current folder is read when it exists.
    Raises SenderError.
    """
    path: Path | None = arguments.config
    if path is None and Path(FILE_NAME).is_file():
        path = Path(FILE_NAME)
    configuration = Configuration() if path is None else read_configuration(path)
    return configuration.overlaid(arguments)


def read_configuration(path: Path) -> Configuration:
    """Return what the TOML file says; paths in it are relative to its folder. Raises SenderError, also for unknown keys."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as trouble:
        raise SenderError(
            f"The configuration {path} cannot be opened: {trouble.strerror}.", next_step="Check --config."
        ) from trouble
    except ValueError as trouble:
        raise SenderError(
            f"The configuration {path} is not TOML: {trouble}.", next_step="Correct that line."
        ) from trouble
    values: dict[str, object] = {}
    for section, entries in document.items():
        if section not in _SECTIONS or not isinstance(entries, Mapping):
            raise SenderError(
                f"{path} has a part {section!r} that means nothing here.",
                next_step=f"Use the sections {', '.join(f'[{name}]' for name in _SECTIONS)}.",
            )
        for entry, value in entries.items():
            field, parse = _known(path, section, entry)
            try:
                parsed = parse(value)
            except (ValueError, ArgumentTypeError) as trouble:
                raise SenderError(
                    f"{path}, [{section}] {entry}: {trouble}.", next_step="Correct that line."
                ) from trouble
            values[field] = path.parent / parsed.expanduser() if isinstance(parsed, Path) else parsed
    return dataclasses.replace(Configuration(), **values)  # type: ignore[arg-type] # each parser returns its field's type


def parse_environment(text: object) -> Environment:
    """Return the environment written R, T or S; ArgumentTypeError otherwise."""
    try:
        return Environment(_parse_text(text))
    except ValueError:
        raise ArgumentTypeError(
            f"environment {text!r} is not R (production), T (circuit test) or S (simulation)"
        ) from None


def parse_sender(text: object) -> SenderNumber:
    """Return the sender number; ArgumentTypeError unless it is six digits."""
    try:
        return SenderNumber.parse(_parse_text(text))
    except ValueError as trouble:
        raise ArgumentTypeError(str(trouble)) from None


def parse_channel(text: object) -> Channel:
    """Return the channel written sftp, ftp or web; ArgumentTypeError otherwise."""
    try:
        return CHANNELS[_parse_text(text)]
    except KeyError:
        raise ArgumentTypeError(f"channel {text!r} is not {', '.join(CHANNELS)}") from None


def parse_port(value: object) -> int:
    """Return a port from 1 to 65535; ArgumentTypeError otherwise."""
    text = str(value)
    if text.isascii() and text.isdigit() and 0 < int(text) <= _LAST_PORT:
        return int(text)
    raise ArgumentTypeError(f"port {text!r} is not a number from 1 to {_LAST_PORT}")


def _parse_text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise ArgumentTypeError(f"{value!r} is not a text between quotes")


def _parse_path(value: object) -> Path:
    return Path(_parse_text(value))


def _parse_switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ArgumentTypeError(f"{value!r} is not true or false")


def _parse_fingerprints(value: object) -> tuple[str, ...]:
    return tuple(_parse_text(item) for item in (value if isinstance(value, list) else [value]))


def _known(path: Path, section: str, entry: str) -> tuple[str, Callable[[object], object]]:
    try:
        return _SECTIONS[section][entry]
    except KeyError:
        raise SenderError(
            f"{path}, [{section}] has an entry {entry!r} that means nothing here.",
            next_step=f"Known there: {', '.join(_SECTIONS[section])}.",
        ) from None


_SECTIONS: Mapping[str, Mapping[str, tuple[str, Callable[[object], object]]]] = MappingProxyType(
    {
        "connection": {
            "channel": ("channel", parse_channel),
            "host": ("host", _parse_text),
            "port": ("port", parse_port),
            "user": ("user", _parse_text),
            "identity": ("identity", _parse_path),
            "known_hosts": ("known_hosts", _parse_path),
            "host_key_fingerprint": ("host_key_fingerprints", _parse_fingerprints),
            "authority": ("authority", _parse_path),
            "password_env": ("password_env", _parse_text),
            "login_certificate": ("login_certificate", _parse_path),
            "login_key": ("login_key", _parse_path),
            "without_tls": ("without_tls", _parse_switch),
            "client": ("client", _parse_text),
            "client_key": ("client_key", _parse_path),
            "client_key_name": ("client_key_name", _parse_text),
        },
        "sender": {
            "number": ("sender", parse_sender),
            "purpose": ("purpose", _parse_text),
            "environment": ("environment", parse_environment),
            "key": ("key", _parse_path),
            "certificate": ("certificate", _parse_path),
            "state": ("state", _parse_path),
        },
        "answers": {
            "to": ("to", _parse_path),
            "platform_certificate": ("platform_certificate", _parse_path),
            "acknowledge": ("acknowledge", _parse_switch),
        },
    }
)
