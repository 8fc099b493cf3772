"""The doors run once for all tests of this folder."""

from tests.sender.doors.three_doors import doors, sftp_port
from tests.web.conftest import server

__all__ = ["doors", "server", "sftp_port"]
