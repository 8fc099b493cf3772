"""Choose the adapter of the channel that a configuration names; only that one is imported."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from domain.channels import Channel
from sender.configuration import Configuration
from sender.sessions.contract import Connection

_CONNECTIONS: Mapping[Channel, tuple[str, str]] = MappingProxyType(
    {
        Channel.SFTP: ("sender.sessions.sftp_login", "SftpConnection"),
        Channel.FTP: ("sender.sessions.ftp_login", "FtpConnection"),
        Channel.WEB_SERVICE: ("sender.sessions.web_login", "WebConnection"),
    }
)


def connection_of(configuration: Configuration) -> Connection:
    """Return how the configuration reaches the counter; SenderError naming what is missing."""
    module, name = _CONNECTIONS[configuration.chosen_channel]
    make = cast("Callable[[Configuration], Connection]", getattr(import_module(module), name).of)
    return make(configuration)
