"""Whatever form of signature the counter takes, the exported folder proves it with OpenSSL alone."""

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from channels.models import Sender
from commands.authority import Identity
from evidence.models import Submission, SubmissionState
from signing.signature_files import render_signature_file
from tests.counter_bench import NOON, CounterBench, register_certificate
from tests.dimona_files import a_payload, an_in
from tests.evidence.stories import Story, sign
from tests.evidence.test_export import check, export
from tests.signing.builders import openssl

pytestmark = pytest.mark.django_db

Form = Callable[[CounterBench, Path, bytes], bytes]


def certified(bench: CounterBench, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Identity:
    """A signer of the bench's authority with this key, registered for the sender."""
    like = bench.identity.certificate
    builder = (
        x509.CertificateBuilder()
        .subject_name(like.subject)
        .issuer_name(like.issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - timedelta(days=3))
        .not_valid_after(NOON + timedelta(days=300))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    identity = Identity(key, builder.sign(bench.authority.identity.key, hashes.SHA256()))
    register_certificate(Sender.objects.get(), identity)
    return identity


def by_openssl(*options: str, key: Callable[[], rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey] | None = None) -> Form:
    def make(bench: CounterBench, folder: Path, payload: bytes) -> bytes:
        identity = bench.identity if key is None else certified(bench, key())
        (folder / "key.pem").write_bytes(identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "cert.pem").write_bytes(identity.certificate.public_bytes(Encoding.PEM))
        (folder / "fi").write_bytes(payload)
        signer = ("-signer", folder / "cert.pem", "-inkey", folder / "key.pem")
        der = openssl("cms", "-sign", "-binary", "-in", folder / "fi", *signer, "-outform", "DER", *options)
        return render_signature_file(der)

    return make


def a_2048() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def armoured(ending: bytes) -> Form:
    def make(bench: CounterBench, _folder: Path, payload: bytes) -> bytes:
        lines = [b"-----BEGIN PKCS7-----", *bench.sign(payload).split(), b"-----END PKCS7-----", b""]
        return ending.join(lines)

    return make


def wrapped(ending: bytes) -> Form:
    return lambda bench, _folder, payload: ending.join([*bench.sign(payload).split(), b""])


def of_indefinite_length(bench: CounterBench, _folder: Path, payload: bytes) -> bytes:
    der = base64.b64decode(bench.sign(payload))
    assert der[:2] == b"\x30\x82"
    return render_signature_file(b"\x30\x80" + der[4:] + b"\x00\x00")


FORMS: dict[str, Form] = {
    "bare CR": wrapped(b"\r"),
    "one line": wrapped(b""),
    "armour with LF": armoured(b"\n"),
    "armour with CRLF": armoured(b"\r\n"),
    "armour with bare CR": armoured(b"\r"),
    "no attributes": by_openssl("-noattr"),
    "no certificates": by_openssl("-nocerts"),
    "named by key": by_openssl("-keyid"),
    "SHA-512": by_openssl("-md", "sha512"),
    "indefinite length": of_indefinite_length,
    "RSA": by_openssl("-md", "sha256", key=a_2048),
    "RSA-PSS": by_openssl("-md", "sha256", "-keyopt", "rsa_padding_mode:pss", key=a_2048),
    "P-384": by_openssl("-md", "sha384", key=lambda: ec.generate_private_key(ec.SECP384R1())),
}


@pytest.fixture(scope="module")
def delivered(story: Story, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Deliver one set in each form, and sign the chain behind them; the subject names of the sets."""
    bench, payload, subjects = story.bench, a_payload(an_in()), {}
    with django_db_blocker.unblock():
        for name, form in FORMS.items():
            signature = form(bench, tmp_path_factory.mktemp("signing"), payload)
            subjects[name] = f"GO.{bench.deliver(payload, signature=signature)}.1"
            bench.work()
        sign(bench)
    return subjects


@pytest.mark.parametrize("form", FORMS)
def test_a_signature_that_was_accepted_is_proved(story: Story, delivered: dict[str, str], tmp_path: Path, form: str):
    submission = Submission.objects.get(subject_name=delivered[form])
    assert submission.state == SubmissionState.FILED
    checked = check(export(story, submission, tmp_path / "evidence"))
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
