"""Say over which channels the counter takes no signature files, as far as this machine knows: they carry a signature of their own."""

from collections.abc import Mapping

from domain.channels import Channel
from sender.troubles import SenderError

SETTING = "GUICHET_UNSIGNED_CHANNELS"
"""The counter's own setting, where the command runs beside the counter; elsewhere what its operator said of it."""


def channels_signed_by_themselves(surroundings: Mapping[str, str]) -> frozenset[Channel]:
    """Return the channels that the setting names, separated by commas or blanks; SenderError for one that there is not."""
    words = surroundings.get(SETTING, "").replace(",", " ").split()
    try:
        return frozenset(map(Channel, words))
    except ValueError:
        raise SenderError(
            f"The environment variable {SETTING} is {' '.join(words)!r}.",
            next_step=f"Let it name some of {', '.join(Channel)}, as the counter's operator says, or nothing.",
        ) from None
