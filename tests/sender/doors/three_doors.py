"""The three doors of one counter, running, and one sender for whom all of them are open."""

import contextlib
import io
import shutil
import subprocess
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from channels.logins import key_fingerprint
from channels.models import Sender, SenderChannel, SshKey
from commands.__main__ import main
from domain.brussels import brussels_date
from domain.environments import Tray
from domain.mailbox_refusals import NoSuchFile
from evidence.clock import SystemClock
from evidence.models import Submission
from sender.configuration import CHANNELS, Configuration
from sender.options import add_connection_options
from sender.progress import Advance
from sender.sending import deliver, gather_sets
from sender.sessions.contract import CounterSession
from sender.sessions.opening import connection_of
from sender.sessions.sftp_login import fingerprint_of
from sftp_server.host_keys import read_host_keys
from tests.counter_bench import NOON, CounterBench, make_entity, make_sender
from tests.door.conftest import free_port, make_ssh_key, start_door, stop_door
from tests.ftp.conftest import PASSWORD, SETTINGS, FtpDoor, open_for_ftp, running_door
from tests.web.conftest import RSA_KEY, Server, Web, make_client, open_counter, private_pem

PASSWORD_VARIABLE = "DOOR_PASSWORD"
USER = "EXP_123456"


class BreaksOff(io.BytesIO):
    """A file that cannot be read to its end."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(5, "Input/output error")
        return super().read(size)


@dataclass
class ThreeDoors:
    """One counter behind three ports, and the folder of one sender."""

    web: Web
    ftp: FtpDoor
    sftp_port: int
    folder: Path

    @property
    def ports(self) -> dict[str, int]:
        return {"sftp": self.sftp_port, "ftp": self.ftp.port, "web": self.web.server.port}

    @property
    def authority(self) -> Path:
        return self.web.server.authority

    @property
    def platform(self) -> Path:
        return self.folder.parent / "keys" / "answers.cert.pem"

    def words(self, channel: str, **deviation: str | None) -> list[str]:
        """Return the options that reach the counter; a deviation takes the place of an option's value, None leaves it out."""
        options = {"channel": channel, "host": "localhost", "port": str(self.ports[channel])}
        match channel:
            case "sftp":
                keys = self.web.server.home / "keys"
                host_key = read_host_keys([keys / "sftp_host_ed25519"])[0]
                options |= {"user": USER, "identity": str(self.folder / "ssh_key")}
                options |= {"host_key_fingerprint": fingerprint_of(host_key)}
            case "ftp":
                options |= {"user": USER, "authority": str(self.authority), "password_env": PASSWORD_VARIABLE}
            case _:
                options |= {"client": self.web.client_row.client_id, "client_key": str(self.folder / "client.key.pem")}
                options |= {"client_key_name": "rsa-1", "authority": str(self.authority)}
        given = {name: value for name, value in (options | deviation).items() if value is not None}
        return [word for name, value in given.items() for word in (f"--{name.replace('_', '-')}", value)]

    @contextlib.contextmanager
    def session(self, channel: str, *words: str, **deviation: str | None) -> Iterator[tuple[str, CounterSession]]:
        """Yield the counter's name in the journal and a session with it."""
        parser = ArgumentParser()
        add_connection_options(parser)
        arguments = parser.parse_args([*self.words(channel, **deviation), *words])
        connection = connection_of(Configuration().overlaid(arguments))
        with connection.connected(passphrase_variable=None) as session:
            yield str(connection), session

    def send_metered(self, path: Path, channel: str) -> dict[str, list[int]]:
        """Send a set; return how the bytes of each file were counted, those that were there already first."""
        counted: dict[str, list[int]] = {}

        @contextlib.contextmanager
        def meter(doing: str, _total: int) -> Iterator[Advance]:
            yield counted.setdefault(doing, []).append

        now = SystemClock().now()
        (outgoing,) = gather_sets([path], today=brussels_date(now))
        with self.session(channel) as (counter, session):
            deliver(session, outgoing, counter=counter, at=now, meter=meter)
        return counted

    def write_set(self, payload: bytes, *, environment: str = "R") -> Path:
        """Write FI and FS under the next name, and return the path of FI."""
        today = brussels_date(SystemClock().now())
        self.web.bench.sequence += 1
        key = f"DIMN.{self.web.bench.number}.{today:%Y%m%d}.{self.web.bench.sequence:05d}.{environment}"
        path = self.folder / f"FI.{key}.1.1"
        path.write_bytes(payload)
        (self.folder / f"FS.{key}.1.1").write_bytes(self.web.bench.sign(payload))
        return path

    def wait_for(self, path: Path) -> None:
        """Stage FS and GO of a set, so that any close of its FI would seal it."""
        self.web.bench.put(path.name.replace("FI.", "FS.", 1), b"signature")
        self.web.bench.put(f"GO.{path.name[3:-2]}")

    def collect(self, channel: str, *words: str, **deviation: str | None) -> int:
        known = ["--to", str(self.folder / "answers"), "--platform-certificate", str(self.platform)]
        return main(["collect", *known, *self.words(channel, **deviation), *words])

    def collected(self) -> set[str]:
        return {path.name[:7] for path in (self.folder / "answers").iterdir() if path.name.startswith("FO.")}

    def waiting(self, tray: Tray = Tray.OUT) -> set[str]:
        return {entry.name for entry in self.web.bench.mailbox().list_tray(tray)}

    def staged(self, name: str, tray: Tray = Tray.IN) -> int:
        """Return how many bytes of a file are staged; -1 when there is none."""
        try:
            return self.web.bench.mailbox().find(tray, name).size
        except NoSuchFile:
            return -1

    def submitted(self) -> list[str]:
        """Return the channels over which the submissions came, in their order."""
        return list(Submission.objects.order_by("pk").values_list("channel", flat=True))


@pytest.fixture(scope="session")
def sftp_port(server: Server) -> Iterator[int]:
    port = free_port()
    process: subprocess.Popen[bytes] = start_door(server.home, port)
    yield port
    stop_door(process)


@pytest.fixture
def doors(
    server: Server, sftp_port: int, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ThreeDoors]:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    folder = tmp_path / "sender"
    folder.mkdir()
    bench = open_counter(server.home, tmp_path)
    sender = make_sender_of(bench, folder)
    (folder / "client.key.pem").write_bytes(private_pem(RSA_KEY))
    web = Web(server, bench, sender, make_client(sender))
    # the FTP door runs in this process: what it logs would stand between what the commands print
    with capture_logs(), running_door(bench, sender, folder, SETTINGS, "127.0.0.1,::1") as ftp:
        yield ThreeDoors(web, ftp, sftp_port, folder)
    shutil.rmtree(server.home / "staging", ignore_errors=True)


def make_sender_of(bench: CounterBench, folder: Path) -> Sender:
    sender = make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    open_for_ftp(sender)
    SenderChannel.objects.create(sender=sender, channel=CHANNELS["web"])
    blob = make_ssh_key(folder / "ssh_key")
    SshKey.objects.create(
        technical_user=sender.technical_user,
        algorithm="ssh-ed25519",
        blob=blob,
        fingerprint=key_fingerprint(blob),
        added_at=NOON,
    )
    return sender
