"""`guichet ftp-door`: compose the FTP door from the rooms behind it and run it until told to stop."""

import secrets
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from channels.doors.log_lines import write_log_lines
from commands.compose import compose_sealer, set_up_django

if TYPE_CHECKING:
    from channels.ftp.doors import Composition
    from portal.configuration import Configuration


def add_arguments(parser: ArgumentParser) -> None:
    """Declare no options: where the door listens is settings, GUICHET_FTP_HOST and those beside it."""
    parser.description = "Runs the FTP door until it is told to stop. The stack keeps it running; see the settings."


def run(_arguments: Namespace) -> int:
    """Run the door; 1 with one sentence when it cannot start."""
    write_log_lines()
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from channels.doors.listening import CannotListenError  # noqa: PLC0415
    from channels.doors.workers import WorkersCannotLiveError  # noqa: PLC0415
    from channels.ftp.addresses import parse_hosts  # noqa: PLC0415
    from channels.ftp.running import run_door  # noqa: PLC0415
    from channels.ftp.tls import TlsKeyError  # noqa: PLC0415

    configuration, ftp = settings.GUICHET, settings.GUICHET.ftp
    try:
        run_door(
            compose(configuration),
            addresses=parse_hosts(ftp.host, port=ftp.port, is_any_allowed=ftp.any_address),
            workers=ftp.workers,
        )
    except (CannotListenError, TlsKeyError, WorkersCannotLiveError) as error:
        sys.stderr.write(f"ftp-door: {error}\n")
        return 1
    return 0


_LATEST = threading.local()
_REST_SECONDS = 5.0


@contextmanager
def operation() -> Iterator[None]:
    """Keep the thread's database connection from one errand to the next; look after it when it has rested or failed.

    The door has a fixed number of threads, so that no pool is needed.
    """
    from django.db import close_old_connections, connection  # noqa: PLC0415 - Django must be set up first

    if connection.errors_occurred or time.monotonic() - getattr(_LATEST, "at", 0.0) > _REST_SECONDS:
        close_old_connections()
    try:
        yield
    finally:
        _LATEST.at = time.monotonic()


def compose(configuration: "Configuration") -> "Composition":
    """Return the door of this installation; Django must be set up. Raises TlsKeyError or CannotListenError."""
    from channels.ftp.addresses import parse_masquerade, parse_ports  # noqa: PLC0415 - Django must be set up first
    from channels.ftp.door_settings import FtpSettings  # noqa: PLC0415
    from channels.ftp.doors import Composition  # noqa: PLC0415
    from channels.ftp.tls import make_tls_context  # noqa: PLC0415
    from channels.ftp.users import FtpUsers  # noqa: PLC0415
    from channels.inboxes import StagingQuota  # noqa: PLC0415
    from channels.mailboxes import Mailboxes  # noqa: PLC0415
    from channels.passwords import hash_password, new_password  # noqa: PLC0415
    from channels.staging import StagingArea  # noqa: PLC0415
    from evidence.blobs import LocalBlobStore  # noqa: PLC0415
    from evidence.clock import SystemClock  # noqa: PLC0415

    keys, clock = configuration.home / "keys", SystemClock()
    mailboxes = Mailboxes(
        staging=StagingArea(configuration.home / "staging"),
        quota=StagingQuota(configuration.staging_max_bytes, configuration.staging_max_files),
        seal=compose_sealer(configuration),
        blobs=LocalBlobStore(configuration.home / "blobs"),
        clock=clock,
        rules=configuration.reception_rules,
    )
    return Composition(
        users=FtpUsers(),
        mailboxes=mailboxes,
        operation=operation,
        clock=clock,
        tls=make_tls_context(key_path=keys / "ftp.key.pem", certificate_path=keys / "ftp.cert.pem"),
        settings=FtpSettings(
            passive_ports=parse_ports(configuration.ftp.passive_ports),
            masquerade_address=parse_masquerade(configuration.ftp.masquerade_address),
            per_source=configuration.ftp.sessions_per_source,
            per_sender=configuration.ftp.sessions_per_sender,
            ban=float(configuration.ftp.ban_seconds),
            exempt=configuration.ftp.exempt,
        ),
        salt=secrets.token_bytes(16),
        decoy=hash_password(new_password(secrets.token_bytes)),
    )
