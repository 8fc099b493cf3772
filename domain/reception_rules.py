"""What the operator of a counter lets senders deliver: parts, zipped payloads, and what may come through which channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.channels import Channel
from domain.filenames import MAX_PARTS


@dataclass(frozen=True, slots=True)
class ReceptionRules:
    """Limits of names and sets (batch protocol §5, stages A, D and E); the defaults are those of the settings.

    `zip_channels` are those through which a payload may come zipped, `zip_set_bytes` is the most that the FI and FS files
    of a set with such a payload may have as sent. On `unsigned_channels` FS files are forbidden. `purpose_channels` names
    the only channels of some purposes; whatever purpose it leaves out may come through any.
    """

    max_parts: int = MAX_PARTS
    zip_channels: frozenset[Channel] = frozenset()
    zip_set_bytes: int = 64 * 1024**2
    unsigned_channels: frozenset[Channel] = frozenset()
    purpose_channels: Mapping[str, frozenset[Channel]] = field(default_factory=dict)

    def may_come_through(self, purpose: str, channel: Channel) -> bool:
        """Whether files of that purpose are taken on that channel."""
        return channel in self.purpose_channels.get(purpose, frozenset(Channel))
