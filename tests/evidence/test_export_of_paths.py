"""Paths and revocation data made by OpenSSL: taken over from the trust folder, judged by, exported and proved."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from channels.models import Sender
from commands.authority import Identity
from evidence.models import Submission, SubmissionState
from ingest.refresh_trust import TrustRules, refresh_trust
from tests.counter_bench import register_certificate
from tests.dimona_files import a_payload, an_in
from tests.evidence.stories import Story, sign
from tests.evidence.test_export import check, export
from tests.signing.builders import openssl

pytestmark = pytest.mark.django_db

EXTENSIONS = """
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, nonRepudiation
subjectKeyIdentifier = hash
[responder]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, OCSPSigning
noCheck = ignored
[ca]
default_ca = ours
[ours]
database = {folder}/index.txt
unique_subject = no
default_md = sha256
default_crl_days = 30
"""


class House:
    """A root, an authority that publishes lists and one that appointed a responder, a signer of each: all by openssl."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "index.txt").write_text("")
        (folder / "ext.cnf").write_text(EXTENSIONS.format(folder=folder))
        self.issue("root", "authority", by=None)
        self.issue("below", "authority", by="root")
        self.issue("silent", "authority", by="root")
        self.issue("responder", "responder", by="silent")
        self.issue("listed", "signer", by="below")
        self.issue("asked", "signer", by="silent")

    def issue(self, name: str, kind: str, *, by: str | None) -> None:
        key, request = self.folder / f"{name}.key", self.folder / f"{name}.csr"
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key)
        openssl("req", "-new", *curve, "-subj", f"/C=BE/CN=House {name}", "-out", request)
        issuer = (
            ("-signkey", key) if by is None else ("-CA", self.folder / f"{by}.pem", "-CAkey", self.folder / f"{by}.key")
        )
        made = ("-days", "90", "-sha256", "-extfile", self.folder / "ext.cnf", "-extensions", kind)
        openssl("x509", "-req", "-in", request, *issuer, *made, "-out", self.folder / f"{name}.pem")

    def list_of(self, name: str) -> bytes:
        signer = ("-cert", self.folder / f"{name}.pem", "-keyfile", self.folder / f"{name}.key")
        return openssl("ca", "-gencrl", "-config", self.folder / "ext.cnf", *signer)

    def answer_about(self, name: str) -> bytes:
        asked = ("-issuer", self.folder / "silent.pem", "-cert", self.folder / f"{name}.pem", "-no_nonce")
        openssl("ocsp", *asked, "-reqout", self.folder / "request.der")
        serial = f"{self.identity(name).certificate.serial_number:X}"
        padded = serial.zfill(len(serial) + len(serial) % 2)
        until = f"{datetime.now(UTC) + timedelta(days=90):%y%m%d%H%M%SZ}"
        (self.folder / "answers.txt").write_text(f"V\t{until}\t\t{padded}\tunknown\t/CN=House {name}\n")
        spoken = ("-rsigner", self.folder / "responder.pem", "-rkey", self.folder / "responder.key", "-ndays", "5")
        answered = ("-index", self.folder / "answers.txt", "-CA", self.folder / "silent.pem", "-rmd", "sha256")
        openssl(
            "ocsp", *answered, *spoken, "-reqin", self.folder / "request.der", "-respout", self.folder / "answer.der"
        )
        return (self.folder / "answer.der").read_bytes()

    def identity(self, name: str) -> Identity:
        key = load_pem_private_key((self.folder / f"{name}.key").read_bytes(), None)
        return Identity(key, x509.load_pem_x509_certificate((self.folder / f"{name}.pem").read_bytes()))


@pytest.fixture(scope="module")
def delivered(story: Story, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Trust the house by files alone, and deliver once by each of its signers; the subject names of the sets."""
    house, trust = House(tmp_path_factory.mktemp("house")), tmp_path_factory.mktemp("trust")
    now = datetime.now(UTC)
    files = {
        "anchors/root.pem": (house.folder / "root.pem").read_bytes(),
        "intermediates/both.pem": (house.folder / "below.pem").read_bytes()
        + (house.folder / "silent.pem").read_bytes(),
        "crls/root.pem": house.list_of("root"),
        "crls/below.pem": house.list_of("below"),
        "ocsp/asked.der": house.answer_about("asked"),
    }
    bench, payload, subjects = story.bench, a_payload(an_in()), {}
    with django_db_blocker.unblock():
        for name in ("listed", "asked"):
            register_certificate(Sender.objects.get(), house.identity(name))
        for source, content in files.items():
            (trust / source).parent.mkdir(exist_ok=True)
            (trust / source).write_bytes(content)
        rules = TrustRules(timedelta(days=1), frozenset())
        report = refresh_trust(trust, fetch=None, rules=rules, operator_address="operator@guichet.example", at=now)
        assert [one for one in report.outcomes if one.trouble] == []
        bench.clock.instant = now + timedelta(minutes=1)
        for name in ("listed", "asked"):
            subjects[name] = f"GO.{bench.deliver(payload, signature=bench.sign(payload, house.identity(name)))}.1"
            bench.work()
        sign(bench)
    return subjects


@pytest.mark.parametrize("signer", ["listed", "asked"])
def test_a_path_by_openssl_is_proved(story: Story, delivered: dict[str, str], tmp_path: Path, signer: str):
    submission = Submission.objects.get(subject_name=delivered[signer])
    assert submission.state == SubmissionState.FILED, submission.outage
    folder = export(story, submission, tmp_path / "evidence")
    checked = check(folder)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert len(list((folder / "certificates").glob("path-*"))) == 1
    assert len(list((folder / "revocation").glob("*.ocsp"))) == (signer == "asked")
