"""Compose the SFTP door from the rooms behind it and run it: `python -m sftp_server`."""

import os
import secrets
import sys
from typing import TYPE_CHECKING

import structlog

from channels.doors.listening import CannotListenError, parse_addresses
from channels.doors.log_lines import write_log_lines
from channels.doors.workers import WorkersCannotLiveError
from sftp_server.compositions import Composition
from sftp_server.environment import DoorSettingError, read_door_settings
from sftp_server.host_keys import HostKeyError, read_coming_host_keys, read_host_keys
from sftp_server.running import run_door

if TYPE_CHECKING:
    from channels.logins import ChannelLogin

log = structlog.get_logger()


def compose() -> "Composition[ChannelLogin]":
    """Return the door of this installation; HostKeyError or DoorSettingError when it cannot be made. Django must be set up."""
    from django.conf import settings  # noqa: PLC0415 - after django.setup()

    from channels.inboxes import StagingQuota  # noqa: PLC0415
    from channels.logins import SshKeyDirectory  # noqa: PLC0415
    from channels.mailboxes import Mailboxes  # noqa: PLC0415
    from channels.staging import StagingArea  # noqa: PLC0415
    from evidence.blobs import LocalBlobStore  # noqa: PLC0415
    from evidence.clock import SystemClock  # noqa: PLC0415
    from evidence.shared_connections import SharedConnections  # noqa: PLC0415
    from ingest.seal import Sealer  # noqa: PLC0415

    paths = [settings.KEYS / name for name in ("sftp_host_ed25519", "sftp_host_ecdsa")]
    configuration, clock = settings.GUICHET, SystemClock()
    staging = StagingArea(configuration.home / "staging")
    blobs = LocalBlobStore(configuration.home / "blobs")
    mailboxes = Mailboxes(
        staging=staging,
        quota=StagingQuota(configuration.staging_max_bytes, configuration.staging_max_files),
        seal=Sealer(staging=staging, blobs=blobs, randomness=secrets.token_bytes),
        blobs=blobs,
        clock=clock,
        rules=configuration.reception_rules,
    )
    return Composition(
        keys=SshKeyDirectory(),
        door=mailboxes,
        operation=SharedConnections(configuration.database_pool).lend,
        clock=clock,
        host_keys=read_host_keys(paths),
        coming_host_keys=read_coming_host_keys(paths),
        settings=read_door_settings(),
        sender_of=lambda login: str(login.sender),
    )


def main() -> int:
    """Run the door until it is told to stop; 1 with one sentence when it cannot start."""
    write_log_lines()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django  # noqa: PLC0415 - settings are read on import
    from django.conf import settings  # noqa: PLC0415

    django.setup()
    configuration = settings.GUICHET
    try:
        run_door(
            compose(),
            addresses=parse_addresses(configuration.sftp_host, port=configuration.sftp_port),
            workers=configuration.sftp_workers,
        )
    except (CannotListenError, DoorSettingError, HostKeyError, WorkersCannotLiveError) as error:
        print(f"sftp_server: {error}", file=sys.stderr)  # noqa: T201 - the operator's one sentence
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
