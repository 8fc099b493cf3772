"""Senders of a counter to measure, each with every means to come in: an SSH key, an FTP password, a web client."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from commands.authority import utc_now
from commands.demo.installation import OWN_COMPANY
from domain.brussels import brussels_date
from domain.channels import Channel
from domain.environments import Environment
from domain.languages import Language
from domain.sender_numbers import SenderNumber

if TYPE_CHECKING:
    from channels.models import Sender

CLIENT_KID = "bench"
_ACTOR = "bench"
_NETWORK = "bench"


@dataclass(frozen=True, slots=True)
class BenchSender:
    """A sender and its means; the files of the keys are only its own."""

    number: str
    user: str
    password: str
    ssh_key: Path
    client_id: str
    client_key: Path

    def set_key(self, sequence: int) -> str:
        """Return the part of a file's name that all files of its set share."""
        return f"DIMN.{self.number}.{brussels_date(utc_now()):%Y%m%d}.{sequence:05d}.R"


def open_all_doors(folder: Path, number: str) -> BenchSender:
    """Register the sender unless it is there, let it come through every door and return its means; Django must be set up."""
    from django.db import transaction  # noqa: PLC0415 - after django.setup()

    folder.mkdir(exist_ok=True)
    ssh_key, client_key = folder / f"{number}.ssh", folder / f"{number}.web"
    with transaction.atomic():
        return _register(number, ssh_key=ssh_key, client_key=client_key)


def _register(number: str, *, ssh_key: Path, client_key: Path) -> BenchSender:
    from channels.configuring.openings import add_service, open_channel  # noqa: PLC0415 - after django.setup()
    from channels.configuring.passwords import set_password  # noqa: PLC0415
    from channels.configuring.senders import add_sender, find_sender  # noqa: PLC0415
    from channels.configuring.ssh_keys import add_ssh_key  # noqa: PLC0415
    from channels.models import Sender, SenderState, TechnicalUser, TechnicalUserState  # noqa: PLC0415
    from registers.access.entities import enter_entity  # noqa: PLC0415

    at = utc_now()
    if not Sender.objects.filter(number=number).exists():
        entities = enter_entity(OWN_COMPANY, name="Bench", nsso_number=None, actor=_ACTOR, at=at)
        add_sender(
            entities[Environment.PRODUCTION],
            contact_name="Bench",
            contact_address="bench@guichet.example",
            language=Language.EN,
            number=number,
            actor=_ACTOR,
            at=at,
        )
    sender = find_sender(number)
    for channel in (Channel.SFTP, Channel.FTP, Channel.WEB_SERVICE):
        open_channel(sender, channel, actor=_ACTOR, at=at)
    add_service(sender, "DIMN", tuple(Environment), actor=_ACTOR, at=at)
    add_ssh_key(sender, _make_ssh_key(ssh_key), actor=_ACTOR, at=at)
    client_id = _register_client(sender, _make_client_key(client_key))
    password = set_password(sender, randomness=secrets.token_bytes, actor=_ACTOR, at=at)
    _let_in_from_loopback(number)
    # A certificate for signing is no matter here: nothing that is measured is judged.
    Sender.objects.filter(number=number).update(state=SenderState.ACTIVE)
    TechnicalUser.objects.filter(sender=number).update(state=TechnicalUserState.ACTIVE)
    return BenchSender(number, sender.technical_user.user_name, password, ssh_key, client_id, client_key)


def _register_client(sender: "Sender", public_key: bytes) -> str:
    """Enter a program that may do all there is, and return its client id."""
    from channels.models import WebClient, WebClientKey  # noqa: PLC0415 - after django.setup()
    from channels.web.client_ids import RANDOM_CHARACTERS, make_client_id  # noqa: PLC0415
    from channels.web.scopes import SCOPES  # noqa: PLC0415

    at = utc_now()
    client = WebClient.objects.create(
        client_id=make_client_id(SenderNumber(sender.number), secrets.token_bytes(RANDOM_CHARACTERS)),
        sender=sender,
        scopes=" ".join(SCOPES),
        created_at=at,
    )
    WebClientKey.objects.create(client=client, kid=CLIENT_KID, algorithm="ES256", public_key=public_key, added_at=at)
    return client.client_id


def _let_in_from_loopback(number: str) -> None:
    from channels.configuring.networks import (  # noqa: PLC0415 - after django.setup()
        add_network,
        add_range,
        grant_network,
        require_network,
    )
    from channels.configuring.senders import find_sender  # noqa: PLC0415

    at = utc_now()
    add_network(_NETWORK, actor=_ACTOR, at=at)
    network = require_network(_NETWORK)
    add_range(network, "127.0.0.0/8", actor=_ACTOR, at=at)
    grant_network(find_sender(number), network, actor=_ACTOR, at=at)


def _make_ssh_key(path: Path) -> str:
    key = ed25519.Ed25519PrivateKey.generate()
    encoding, private = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH
    _write_private(path, key.private_bytes(encoding, private, serialization.NoEncryption()))
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    path.with_suffix(".ssh.pub").write_bytes(public)
    return public.decode("ascii")


def _make_client_key(path: Path) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    encoding, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    _write_private(path, key.private_bytes(encoding, private, serialization.NoEncryption()))
    public = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.DER, public)


def _write_private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
