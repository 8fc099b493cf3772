"""The name of a counter in the journal: who goes where over which channel. Pure."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from domain.channels import Channel

_SCHEMES = MappingProxyType({Channel.SFTP: "", Channel.FTP: "ftp://", Channel.WEB_SERVICE: "https://"})
"""Earlier versions knew SFTP alone and wrote no scheme."""


@dataclass(frozen=True, slots=True)
class CounterName:
    """Whoever goes to the counter, its host, and its port for one channel."""

    channel: Channel
    who: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what the text of a name tells; ValueError when it is none."""
        channel = next(channel for channel in reversed(_SCHEMES) if text.startswith(_SCHEMES[channel]))
        who, _, place = text.removeprefix(_SCHEMES[channel]).rpartition("@")
        host, _, port = place.rpartition(":")
        return cls(channel, who, host, int(port))

    def __str__(self) -> str:
        return f"{_SCHEMES[self.channel]}{self.who}@{self.host}:{self.port}"

    def is_same_counter(self, other: Self) -> bool:
        """Whether both lead to one counter: the same name, or two channels of one host, which share its mailboxes."""
        if self.channel is other.channel:
            return self == other
        return self.host.casefold() == other.host.casefold()


def is_same_counter(left: str, right: str) -> bool:
    """Whether two names in the journal are those of one counter."""
    try:
        return CounterName.parse(left).is_same_counter(CounterName.parse(right))
    except ValueError:
        return left == right
