"""The how-to about check-ins, every call of it, by curl and zeep at the running service; signing in is that of deliveries."""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from channels.models import SenderChannel
from commands.authority import Identity
from domain.channels import Channel
from registers.checkins.correction_tables import Correction
from registers.checkins.models import Presence, SectorRule, WorkPlace
from tests.counter_bench import make_entity, make_sender, register_certificate
from tests.sender.tutorials import Terminal, follow, steps_of
from tests.signing.trust.pki import Party, issue
from tests.web.conftest import CLEANED, RSA_KEY, SITE, Server, Web, make_client, now, open_counter, private_pem
from tests.web.test_how_to import HOW_TO as DELIVERING

HOW_TO = DELIVERING.with_name("register-check-ins-by-web-service.md")
SIGNING_IN = 2
SENDER, COMPANY = "100123", "0877665502"
OTHER_AUTHORITIES = {"CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"}
"""What would have curl and requests trust others than the document names."""


@pytest.fixture
def counter(server: Server, transactional_db: None, tmp_path: Path) -> Web:
    """A sender of the company of the document, with both its work places."""
    bench = open_counter(server.home, tmp_path)
    sender = make_sender(
        SENDER, entity=make_entity(company=COMPANY), identity=bench.identity, services=(("CIAO", "R"), ("CIAO", "T"))
    )
    SenderChannel.objects.create(sender=sender, channel=Channel.WEB_SERVICE)
    for number, sector, kind in ((SITE, "CONSTRUCTION", "DAY"), (CLEANED, "CLEANING", "EVENT")):
        facts = {"environment": "R", "sector": sector}
        SectorRule.objects.get_or_create(
            **facts, valid_from=date(2024, 1, 1), defaults={"kinds": [kind], "registrants": ["WORKER", "EMPLOYER"]}
        )
        WorkPlace.objects.create(
            **facts, number=number, name="Works", declarant=COMPANY, valid_from=date(2020, 1, 1), changed_at=now()
        )
    return Web(server, bench, sender, make_client(sender))


@pytest.fixture
def terminal(counter: Web, tmp_path: Path) -> Iterator[Terminal]:
    folder = tmp_path / "sender"
    folder.mkdir()
    (folder / "client.key.pem").write_bytes(private_pem(RSA_KEY))
    counter.bench.identity.write(key_path=folder / "signer.key.pem", certificate_path=folder / "signer.cert.pem")
    shutil.copy(counter.server.authority, folder / "authority.cert.pem")
    surroundings = {name: value for name, value in os.environ.items() if name not in OTHER_AUTHORITIES}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    terminal = Terminal(folder, surroundings | {"PATH": path})
    yield terminal
    terminal.close()


def at_home(counter: Web, text: str) -> str:
    return text.replace("https://localhost:8443", counter.server.url)


def sign_in(counter: Web, terminal: Terminal) -> None:
    """Type the blocks of the how-to about deliveries that this one leads to."""
    for step in steps_of(DELIVERING)[:SIGNING_IN]:
        terminal.type(at_home(counter, step.typed))


def test_every_call_of_the_how_to_is_answered_as_it_shows(counter: Web, terminal: Terminal):
    sign_in(counter, terminal)

    wrong = follow(HOW_TO, terminal, adapted=lambda text: at_home(counter, text), after=lambda: None)

    assert "\n".join(wrong) == ""
    assert sorted(Presence.objects.values_list("kind", flat=True)) == ["DAY", "DAY", "EVENT"]
    assert Correction.objects.get().state == "SUBMITTED"


def test_a_message_is_signed_by_an_rsa_key_as_the_how_to_says(counter: Web, terminal: Terminal, tmp_path: Path):
    authority = counter.bench.authority.identity
    party = issue(
        "Sender with RSA",
        by=Party(authority.certificate.subject, authority.key, authority.certificate),
        ca=False,
        key=RSA_KEY,
        not_before=now() - timedelta(hours=1),
        not_after=now() + timedelta(days=9),
    )
    register_certificate(counter.sender, Identity(RSA_KEY, party.certificate))
    (tmp_path / "sender" / "signer.key.pem").write_bytes(private_pem(RSA_KEY))
    (tmp_path / "sender" / "signer.cert.pem").write_bytes(party.certificate.public_bytes(Encoding.PEM))
    sign_in(counter, terminal)

    wrong = follow(
        HOW_TO,
        terminal,
        adapted=lambda text: at_home(counter, text).replace(
            "ALGORITHM = xmlsec.Transform.ECDSA_SHA256", "ALGORITHM = xmlsec.Transform.RSA_SHA256"
        ),
        after=lambda: None,
    )

    assert "\n".join(wrong) == ""
