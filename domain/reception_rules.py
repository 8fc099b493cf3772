"""What the operator of a counter lets senders deliver: parts, zipped payloads, channels that carry their own signature."""

from dataclasses import dataclass

from domain.channels import Channel
from domain.filenames import MAX_PARTS


@dataclass(frozen=True, slots=True)
class ReceptionRules:
    """Limits of names and sets (batch protocol §5, stages A, D and E); the defaults are those of the settings.

    `zip_channels` are those through which a payload may come zipped, `zip_set_bytes` is the most that the FI and FS files
    of a set with such a payload may have as sent. On `unsigned_channels` FS files are forbidden.
    """

    max_parts: int = MAX_PARTS
    zip_channels: frozenset[Channel] = frozenset()
    zip_set_bytes: int = 64 * 1024**2
    unsigned_channels: frozenset[Channel] = frozenset()
