"""A whole door over mailboxes in memory, for the tests of its processes: `python -m tests.sftp_server.tiny_door`.

Arguments: addresses, port, number of workers, folder with the keys, journal file. A close takes a second.
"""

import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import structlog
from paramiko import PKey

from channels.doors.listening import CannotListenError, parse_addresses
from sftp_server.compositions import Composition
from sftp_server.door_settings import DoorSettings
from sftp_server.host_keys import read_host_keys
from sftp_server.running import run_door
from tests.sftp_server.in_memory_mailboxes import DoorInMemory, KeysInMemory, StoppedClock, TraysInMemory


def main(hosts: str, port: str, workers: str, folder: str, journal: str) -> int:
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.WriteLoggerFactory(sys.stderr)
    )
    keys = Path(folder)
    trays = TraysInMemory(tell=lambda line: _append(journal, f"{os.getpid()} {line}"))
    trays.close_lasts = 1.0
    parts = Composition(
        keys=KeysInMemory({("tu-123456", PKey.from_path(keys / "user").asbytes())}),
        door=DoorInMemory(trays),
        operation=nullcontext,
        clock=StoppedClock(),
        host_keys=read_host_keys([keys / "host_ed25519", keys / "host_ecdsa"]),
        settings=replace(DoorSettings(), drain=10.0),
    )
    try:
        run_door(parts, addresses=parse_addresses(hosts, port=int(port)), workers=int(workers), patience=0.0)
    except CannotListenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _append(path: str, line: str) -> None:
    with Path(path).open("a") as journal:
        journal.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
