"""What the demo finds when it delivers: two employers, a mandate, a sender with its keys and certificate."""

import base64
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
OWN_NSSO, OWN_COMPANY = "012345674", "0412345614"
CLIENT_NSSO, CLIENT_COMPANY = "123456749", "0400767772"
_LIFETIME = timedelta(days=365)
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
        for environment in Environment:
            _register_employers(environment, at=at)
        _register_sender(keys, at=at)


def _register_employers(environment: Environment, *, at: datetime) -> None:
    from registers.access.employers import DIMONA_GROUP  # noqa: PLC0415 - after django.setup()
    from registers.access.models import Entity, Mandate, MandateState  # noqa: PLC0415

    made = {"valid_from": at - timedelta(days=1), "created_by": "demo", "source": "OPERATOR"}
    own, _ = Entity.objects.get_or_create(
        environment=environment,
        company_number=OWN_COMPANY,
        valid_until=None,
        defaults={"nsso_number": OWN_NSSO, "name": "Voorbeeld Loonbureau", **made},
    )
    client, _ = Entity.objects.get_or_create(
        environment=environment,
        company_number=CLIENT_COMPANY,
        valid_until=None,
        defaults={"nsso_number": CLIENT_NSSO, "name": "Voorbeeld Winkels", **made},
    )
    Mandate.objects.get_or_create(
        environment=environment,
        principal=client,
        mandatary=own,
        service_group=DIMONA_GROUP,
        valid_until=None,
        defaults={"from_quarter": "20201", "state": MandateState.ACTIVE, **made},
    )


def _register_sender(keys: DemoKeys, *, at: datetime) -> None:
    from channels.logins import key_fingerprint  # noqa: PLC0415 - after django.setup()
    from channels.models import (  # noqa: PLC0415
        Sender,
        SenderChannel,
        SenderService,
        SenderState,
        SshKey,
        TechnicalUser,
        TechnicalUserState,
    )
    from domain.channels import Channel  # noqa: PLC0415
    from registers.access.models import Entity  # noqa: PLC0415

    entity = Entity.objects.get(environment=Environment.PRODUCTION, company_number=OWN_COMPANY, valid_until=None)
    user, _ = TechnicalUser.objects.get_or_create(
        user_name=USER_NAME,
        defaults={
            "entity": entity,
            "contact_name": "Demo IT desk",
            "contact_address": "it@loonbureau.example",
            "state": TechnicalUserState.ACTIVE,
        },
    )
    sender, _ = Sender.objects.get_or_create(
        number=SENDER_NUMBER,
        defaults={"entity": entity, "technical_user": user, "state": SenderState.ACTIVE},
    )
    SenderChannel.objects.get_or_create(sender=sender, channel=Channel.SFTP)
    for environment in Environment:
        SenderService.objects.get_or_create(sender=sender, purpose="DIMN", environment=environment)
    blob = base64.b64decode(keys.ssh_key.with_suffix(".pub").read_text(encoding="ascii").split()[1])
    SshKey.objects.get_or_create(
        fingerprint=key_fingerprint(blob),
        defaults={"technical_user": user, "algorithm": "ssh-ed25519", "blob": blob, "added_at": at},
    )
    _register_certificate(sender, keys.certificate, at=at)


def _register_certificate(sender: "Sender", path: Path, *, at: datetime) -> None:
    from channels.models import SenderCertificate  # noqa: PLC0415 - after django.setup()
    from commands.compose import open_trust  # noqa: PLC0415
    from domain.certificates import CertificateState  # noqa: PLC0415
    from ingest.register_certificate import register_certificate  # noqa: PLC0415

    raw = path.read_bytes()
    sha256 = x509.load_pem_x509_certificate(raw).fingerprint(hashes.SHA256()).hex()
    if not SenderCertificate.objects.filter(sha256=sha256, state=CertificateState.ACTIVE).exists():
        register_certificate(sender, raw, trust=open_trust().read(), actor="demo", at=at)
