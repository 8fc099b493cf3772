"""The ways a delivery can arrive, with the numbers the answers use for them."""

from enum import StrEnum


class Channel(StrEnum):
    """A channel as configured for one sender."""

    SFTP = "SFTP"
    FTP = "FTP"
    WEB_SERVICE = "WEB_SERVICE"

    @property
    def zone_number(self) -> int:
        """Value of zone 00737 in a notification (batch protocol §3.2)."""
        return {Channel.FTP: 0, Channel.WEB_SERVICE: 13, Channel.SFTP: 14}[self]
