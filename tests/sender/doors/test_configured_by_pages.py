"""A company configures a sender by pages alone, then delivers through each of the three doors."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey
from structlog.testing import capture_logs

from channels.configuring.networks import add_range, require_network
from channels.models import Sender
from commands.__main__ import main
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.brussels import brussels_date
from evidence.clock import SystemClock
from evidence.models import Submission
from portal.pages.overtaken import SHOWN
from portal.pages.sending_once import FIELD
from registers.access.qualities import activate_quality
from tests.counter_bench import CounterBench
from tests.dimona_files import a_payload, an_in
from tests.door.conftest import make_ssh_key
from tests.ftp.conftest import SETTINGS, FtpDoor, running_door
from tests.portal.people import Manager, settle_manager
from tests.web.conftest import Server, open_counter

COMPANY = "0123456749"
PAYLOAD = a_payload(an_in())
KID = "program-of-november"


@dataclass
class Walk:
    """Somebody at the pages of the running portal, with nothing but what the pages show."""

    http: httpx.Client
    cookies: dict[str, str]

    def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        """Send a request with the cookies that the pages set so far."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        origin = str(self.http.base_url)
        answer = self.http.request(method, path, headers={"Cookie": cookie, "Origin": origin}, **options)
        self.cookies |= dict(answer.cookies)
        self.http.cookies.clear()
        return answer

    def see(self, path: str) -> str:
        answer = self.ask("GET", path)
        assert answer.status_code == HTTPStatus.OK, f"{path}: {answer.status_code} {answer.text[:2000]}"
        return answer.text

    def send(self, path: str, *, file: tuple[str, bytes] | None = None, **said: object) -> httpx.Response:
        """Fill in the form that the page shows, and send it."""
        page = self.see(path)
        hidden = {name: self._hidden(page, name) for name in ("csrfmiddlewaretoken", FIELD, SHOWN) if name in page}
        files = {file[0]: ("file", file[1])} if file else None
        answer = self.ask("POST", path, data={**hidden, **said}, files=files)
        assert answer.status_code < HTTPStatus.BAD_REQUEST, f"{path}: {answer.status_code} {answer.text[:2000]}"
        assert "govuk-error-summary" not in answer.text, answer.text
        return answer

    @staticmethod
    def _hidden(page: str, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', page)
        assert found, page
        return found[1]


@dataclass
class Configured:
    """What the technical user has in hand after the pages, and a counter with its doors."""

    server: Server
    sftp_port: int
    ftp: FtpDoor
    bench: CounterBench
    folder: Path
    number: str
    password: str
    client_id: str

    def write_set(self) -> list[Path]:
        """Write FI, FS and GO under the next name."""
        self.bench.sequence += 1
        today = brussels_date(SystemClock().now())
        key = f"DIMN.{self.number}.{today:%Y%m%d}.{self.bench.sequence:05d}.R"
        contents = {f"FI.{key}.1.1": PAYLOAD, f"FS.{key}.1.1": self.bench.sign(PAYLOAD), f"GO.{key}.1": b""}
        for name, content in contents.items():
            (self.folder / name).write_bytes(content)
        return [self.folder / name for name in contents]

    def run(self, *command: str, typed: str = "") -> None:
        done = subprocess.run(
            command, input=typed, capture_output=True, text=True, timeout=60, check=False, cwd=self.folder
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture
def manager(transactional_db: None) -> Manager:
    manager = settle_manager(company=COMPANY)
    activate_quality(manager.entity_id, Quality.LOCAL_AUTHORITY, by=Actor.operator(), at=SystemClock().now())
    return manager


@pytest.fixture
def configured(server: Server, sftp_port: int, manager: Manager, tmp_path: Path) -> Iterator[Configured]:
    folder = tmp_path / "sender"
    folder.mkdir()
    bench = open_counter(server.home, tmp_path)
    with server.client() as http:
        walk = Walk(http, {"__Host-session": manager.cookie, "__Host-language": "en"})
        walk.send("/context", context=f"{manager.entity_id}:{Quality.EMPLOYER}")
        number, password, client_id = walk_the_pages(walk, bench, folder)
    bench.number = number
    sender = Sender.objects.get(number=number)
    with capture_logs(), running_door(bench, sender, folder, SETTINGS, "127.0.0.1") as ftp:
        yield Configured(server, sftp_port, ftp, bench, folder, number, password, client_id)
    shutil.rmtree(server.home / "staging", ignore_errors=True)


def walk_the_pages(walk: Walk, bench: CounterBench, folder: Path) -> tuple[str, str, str]:
    """Return the sender number, the FTP password and the client id, as the pages show them."""
    contact = {"name": "Jan Peeters", "address": "jan@example.be", "language": "nl"}
    here = walk.send("/reports/new/technical-user", **contact).headers["Location"]
    walk.send(f"{here}/channels", channels=["SFTP", "FTP", "WEB_SERVICE"])
    make_ssh_key(folder / "ssh_key")
    public = subprocess.run(
        ["ssh-keygen", "-y", "-f", folder / "ssh_key"], capture_output=True, text=True, check=True
    ).stdout
    walk.send(f"{here}/ssh-keys", key=public)
    shown = walk.send(f"{here}/ftp/password").text
    walk.send(f"{here}/ftp/networks", networks=["Publilink"])
    walk.send(f"{here}/web/new", file=("key", make_client_key(folder)), powers="deliver")
    walk.send(f"{here}/certificates", file=("certificate", bench.identity.certificate.public_bytes(Encoding.PEM)))
    walk.send(f"{here}/services", DIMN=["R", "T"])
    walk.send(f"{here}/notices", means="EMAIL")
    assert "To do" not in walk.see(here)
    walk.send(f"{here}/activate")
    number = found(r"<h1[^>]*>Sender ([0-9]{6})</h1>", walk.see(here))
    password = found(r'id="ftp-password">([A-Z2-7]+)<', shown)
    return number, password, found(r"(self_service_chaman_[0-9a-z_]+)", walk.see(f"{here}/web"))


def make_client_key(folder: Path) -> bytes:
    """Write a private key, and return its public half as a JWK."""
    key = ECKey.generate_key("P-256", {"kid": KID})
    (folder / "client.key.pem").write_bytes(key.as_pem(private=True))
    return json.dumps(key.as_dict(private=False) | {"kid": KID}).encode()


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def send_by_openssh(configured: Configured) -> None:
    keys, port = configured.server.home / "keys", configured.sftp_port
    hosts = [(keys / f"sftp_host_{kind}.pub").read_text().strip() for kind in ("ed25519", "ecdsa")]
    (configured.folder / "known_hosts").write_text("".join(f"[127.0.0.1]:{port} {key}\n" for key in hosts))
    batch = "".join(f"put {path.name} IN/\n" for path in configured.write_set())
    configured.run(
        *("sftp", "-b", "-", "-P", str(port), "-i", "ssh_key", "-o", "UserKnownHostsFile=known_hosts"),
        *("-o", "IdentitiesOnly=yes", f"EXP_{configured.number}@127.0.0.1"),
        typed=batch,
    )


def send_by_lftp_under_tls(configured: Configured) -> None:
    put = "; ".join(f"put {path.name}" for path in configured.write_set())
    configured.run(
        "lftp",
        "-c",
        "set net:max-retries 1; set cmd:fail-exit yes; set ftp:ssl-force yes; set ftp:ssl-protect-data yes; "
        f"set ssl:ca-file {configured.ftp.certificate}; set ssl:check-hostname no; "
        f"open -u EXP_{configured.number},{configured.password} -p {configured.ftp.port} ftp://127.0.0.1; "
        f"cd IN; {put}; bye",
    )


def send_by_curl_over_the_network(configured: Configured) -> None:
    add_range(require_network("Publilink"), "127.0.0.0/8", actor="operator", at=SystemClock().now())
    user = f"EXP_{configured.number}:{configured.password}"
    for path in configured.write_set():
        url = f"ftp://127.0.0.1:{configured.ftp.port}/IN/"
        configured.run("curl", "-sS", "--max-time", "20", "--user", user, "-T", path.name, url)


def send_over_the_web_service(configured: Configured) -> None:
    payload, *_ = configured.write_set()
    words = {
        "channel": "web",
        "host": "localhost",
        "port": str(configured.server.port),
        "client": configured.client_id,
        "client-key": str(configured.folder / "client.key.pem"),
        "client-key-name": KID,
        "authority": str(configured.server.authority),
    }
    options = [word for name, value in words.items() for word in (f"--{name}", value)]
    assert main(["send", str(payload), *options]) == 0


def test_a_sender_configured_by_pages_delivers_through_every_door(configured: Configured):
    send_by_openssh(configured)
    send_by_lftp_under_tls(configured)
    send_by_curl_over_the_network(configured)
    send_over_the_web_service(configured)
    configured.bench.work()

    came_over = Submission.objects.order_by("pk").values_list("channel", flat=True)
    assert list(came_over) == ["SFTP", "FTP", "FTP", "WEB_SERVICE"]
    assert [answer.codes for answer in configured.bench.answers("ACRF")] == [[]] * 4
