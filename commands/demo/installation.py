"""What the demo finds when it delivers: two employers, a mandate, a sender with its keys and certificate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from channels.trust_files import read_list
from commands.authority import Authority, crl_pem
from commands.stack.home import write_whole
from commands.trust import refresh as refresh_trust
from domain.environments import Environment

if TYPE_CHECKING:
    from channels.models import Sender

SENDER_NUMBER = "100123"
USER_NAME = "EXP_100123"
_PURPOSES = ("DIMN", "CIAO")
"""What it may deliver: the demo itself sends declarations of work, whoever walks on also check-ins."""
OWN_NSSO, OWN_COMPANY = "012345674", "0412345614"
CLIENT_NSSO, CLIENT_COMPANY = "123456749", "0400767772"
_LIFETIME = timedelta(days=365)
_ACTOR = "demo"
_SENDERS_AUTHORITY = "demo_senders_authority"


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """The sender's own files: its SSH key, its signing key and certificate, and whom it trusts."""

    folder: Path

    @property
    def ssh_key(self) -> Path:
        """The OpenSSH private key of the technical user."""
        return self.folder / "ssh_key"

    @property
    def signing_key(self) -> Path:
        """The PEM key that signs payloads."""
        return self.folder / "signer.key.pem"

    @property
    def certificate(self) -> Path:
        """The registered certificate of that key."""
        return self.folder / "signer.cert.pem"

    @property
    def known_hosts(self) -> Path:
        """The door's host keys, as OpenSSH wants them."""
        return self.folder / "known_hosts"


def install_demo_sender(keys: DemoKeys, *, home: Path, sftp_port: int, at: datetime) -> None:
    """Make the sender's keys, trust their authority and register the sender; Django must be set up. Repeats are harmless.

    Raises OutageError when the authority is not trusted afterwards.
    """
    from django.conf import settings  # noqa: PLC0415 - after django.setup()

    make_sender_keys(keys, server_keys=home / "keys", sftp_port=sftp_port, at=at)
    trust_demo_authority(home / "keys", settings.GUICHET.trust, at=at)
    refresh_trust(offline=True)
    register_demo_sender(keys, at=at)
    refresh_trust(offline=True).require_fresh()


def make_sender_keys(keys: DemoKeys, *, server_keys: Path, sftp_port: int, at: datetime) -> None:
    """Make the sender's keys that are not there yet, and note the host keys of the door."""
    keys.folder.mkdir(parents=True, exist_ok=True)
    if not keys.ssh_key.exists():
        key = ed25519.Ed25519PrivateKey.generate()
        write_whole(
            keys.ssh_key,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.OpenSSH,
                serialization.NoEncryption(),
            ).decode("ascii"),
        )
        public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        write_whole(keys.ssh_key.with_suffix(".pub"), public.decode("ascii"))
    authority_key = server_keys / f"{_SENDERS_AUTHORITY}.key.pem"
    if not (keys.certificate.exists() and authority_key.exists()):
        # Another authority than the platform's own: who trusts that one for answers must not take a sender's for them.
        authority = Authority.create("Demo certificates of senders", at=at, lifetime=_LIFETIME)
        identity = authority.issue_signer(f"Demo sender {SENDER_NUMBER}", at=at, lifetime=_LIFETIME)
        identity.write(key_path=keys.signing_key, certificate_path=keys.certificate)
        # The key stays with the counter: whoever holds it decides who is believed to be a sender.
        authority.identity.write(
            key_path=authority_key, certificate_path=server_keys / f"{_SENDERS_AUTHORITY}.cert.pem"
        )
    host_keys = [(server_keys / f"{name}.pub").read_text().strip() for name in ("sftp_host_ed25519", "sftp_host_ecdsa")]
    write_whole(keys.known_hosts, "".join(f"[127.0.0.1]:{sftp_port} {key}\n" for key in host_keys))


def trust_demo_authority(server_keys: Path, trust: Path, *, at: datetime) -> None:
    """Put the authority of the demo's senders where trust is taken from, with a list of what it revoked (nothing).

    The list is renewed when less than half of its life is left.
    """
    certificate = server_keys / f"{_SENDERS_AUTHORITY}.cert.pem"
    authority = Authority.load(key_path=server_keys / f"{_SENDERS_AUTHORITY}.key.pem", certificate_path=certificate)
    write_whole(trust / "anchors" / certificate.name, certificate.read_text(encoding="ascii"))
    path = trust / "crls" / f"{_SENDERS_AUTHORITY}.crl"
    if not _is_fresh(path, authority, at=at):
        write_whole(path, crl_pem(authority.issue_crl(at=at, lifetime=_LIFETIME)))


def _is_fresh(path: Path, authority: Authority, *, at: datetime) -> bool:
    try:
        known = x509.load_der_x509_crl(read_list(path.read_bytes()))
    except (FileNotFoundError, ValueError):
        return False
    is_own = known.is_signature_valid(authority.identity.key.public_key())
    return is_own and known.next_update_utc is not None and known.next_update_utc - at > _LIFETIME / 2


def register_demo_sender(keys: DemoKeys, *, at: datetime) -> None:
    """Enter the demo's employers and its sender in the registers; Django must be set up. Repeats are harmless."""
    from django.db import transaction  # noqa: PLC0415 - after django.setup()

    with transaction.atomic():
        _register_employers(at=at)
        _register_sender(keys, at=at)


def _register_employers(*, at: datetime) -> None:
    from domain.access.actors import Actor  # noqa: PLC0415
    from domain.quarters import Quarter  # noqa: PLC0415 - after django.setup()
    from registers.access.employers import DIMONA_GROUP  # noqa: PLC0415
    from registers.access.entities import enter_entity  # noqa: PLC0415
    from registers.access.mandates import add_mandate  # noqa: PLC0415

    own = enter_entity(OWN_COMPANY, name="Voorbeeld Loonbureau", nsso_number=OWN_NSSO, actor=_ACTOR, at=at)
    client = enter_entity(CLIENT_COMPANY, name="Voorbeeld Winkels", nsso_number=CLIENT_NSSO, actor=_ACTOR, at=at)
    for environment in Environment:
        add_mandate(
            client[environment],
            own[environment],
            service_group=DIMONA_GROUP,
            from_quarter=Quarter(2020, 1),
            to_quarter=None,
            by=Actor.operator(),
            at=at,
        )


def _register_sender(keys: DemoKeys, *, at: datetime) -> None:
    from channels.configuring.openings import add_service, open_channel  # noqa: PLC0415 - after django.setup()
    from channels.configuring.senders import add_sender, change_state, find_sender  # noqa: PLC0415
    from channels.configuring.ssh_keys import add_ssh_key  # noqa: PLC0415
    from channels.models import Sender, SenderState  # noqa: PLC0415
    from channels.sender_life import SenderChange  # noqa: PLC0415
    from domain.channels import Channel  # noqa: PLC0415
    from domain.languages import Language  # noqa: PLC0415
    from registers.access.entities import enter_entity  # noqa: PLC0415

    entities = enter_entity(OWN_COMPANY, name=None, nsso_number=None, actor=_ACTOR, at=at)
    if not Sender.objects.filter(number=SENDER_NUMBER).exists():
        add_sender(
            entities[Environment.PRODUCTION],
            contact_name="Demo IT desk",
            contact_address="it@loonbureau.example",
            language=Language.EN,
            number=SENDER_NUMBER,
            user_name=USER_NAME,
            actor=_ACTOR,
            at=at,
        )
    sender = find_sender(SENDER_NUMBER)
    open_channel(sender, Channel.SFTP, actor=_ACTOR, at=at)
    for purpose in _PURPOSES:
        add_service(sender, purpose, tuple(Environment), actor=_ACTOR, at=at)
    add_ssh_key(sender, keys.ssh_key.with_suffix(".pub").read_text(encoding="ascii"), actor=_ACTOR, at=at)
    _register_certificate(sender, keys.certificate, at=at)
    if sender.state in {SenderState.DRAFT, SenderState.CONFIGURED}:
        change_state(sender, SenderChange.ACTIVATE, actor=_ACTOR, at=at)


def _register_certificate(sender: "Sender", path: Path, *, at: datetime) -> None:
    from channels.models import SenderCertificate  # noqa: PLC0415 - after django.setup()
    from commands.compose import open_trust  # noqa: PLC0415
    from domain.certificates import CertificateState  # noqa: PLC0415
    from ingest.register_certificate import register_certificate  # noqa: PLC0415

    raw = path.read_bytes()
    sha256 = x509.load_pem_x509_certificate(raw).fingerprint(hashes.SHA256()).hex()
    if not SenderCertificate.objects.filter(sha256=sha256, state=CertificateState.ACTIVE).exists():
        register_certificate(sender, raw, trust=open_trust().read(), actor=_ACTOR, at=at)
