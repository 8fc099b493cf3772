"""What a sender hands in, and what is left on record: builders for the tests of commands that configure."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from commands.authority import Authority, certificate_pem
from evidence.models import AuditEvent

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
AUTHORITY = Authority.create("Authority of senders", at=NOW - 999 * DAY, lifetime=9999 * DAY)
Run = Callable[..., tuple[int, str]]


def a_public_key(folder: Path, key=None, *, name: str = "key.pem") -> str:
    key = key or ec.generate_private_key(ec.SECP256R1())
    path = folder / name
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return str(path)


def an_ssh_key(folder: Path, key=None, *, name: str = "ssh_key.pub") -> str:
    key = key or ed25519.Ed25519PrivateKey.generate()
    path = folder / name
    path.write_bytes(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    return str(path)


def a_certificate(folder: Path, identity=None) -> str:
    identity = identity or AUTHORITY.issue_signer("Client", at=NOW - DAY, lifetime=90 * DAY)
    path = folder / "client.pem"
    path.write_text(certificate_pem(identity.certificate))
    return str(path)


def events(action: str) -> list[dict[str, object]]:
    return [event.detail | {"actor": event.actor} for event in AuditEvent.objects.filter(action=action).order_by("pk")]


def add(run: Run, *more: str) -> str:
    """Add a draft, and return its number."""
    code, told = run("senders add 0412345614 --nsso 012345674 --mail it@o.example --contact IT --name Office", *more)
    assert code == 0, told
    return told.split()[1].rstrip(",")
