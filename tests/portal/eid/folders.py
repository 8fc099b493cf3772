"""The folder of the cards' trust, filled for tests of the portal."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509

from commands.demo.card_authority import CardAuthority
from eid_agent.virtual_card import CardContent

DAY = timedelta(days=1)


def fill_folder(folder: Path, authority: CardAuthority, *, at: datetime, revoked: CardContent | None = None) -> None:
    """Put root, authorities and lists of what they revoked (nothing, or one card) into the folder."""
    for name, issuer in (("citizens", authority.citizens), ("foreigners", authority.foreigners)):
        write(folder / "intermediates" / f"{name}.der", issuer.der)
    write(folder / "anchors" / "root.der", authority.root.der)
    fill_lists(folder, authority, at=at, revoked=revoked)


def fill_lists(folder: Path, authority: CardAuthority, *, at: datetime, revoked: CardContent | None = None) -> None:
    entries = {serial_of(revoked): at - DAY} if revoked else {}
    for name, issuer in (("root", authority.root), ("citizens", authority.citizens)):
        crl = issuer.issue_list(at=at - DAY, lifetime=3 * DAY, revoked=entries if name == "citizens" else None)
        write(folder / "crls" / f"{name}.crl", crl)
    empty = authority.foreigners.issue_list(at=at - DAY, lifetime=3 * DAY)
    write(folder / "crls" / "foreigners.crl", empty)


def pins_of(folder: Path) -> frozenset[str]:
    """Return what pins the root that fill_folder() puts there."""
    return frozenset({hashlib.sha256((folder / "anchors" / "root.der").read_bytes()).hexdigest()})


def pin_root(settings: Any) -> None:
    """Let the portal of this process believe the root in its folder."""
    eid = settings.GUICHET.eid
    settings.GUICHET = replace(settings.GUICHET, eid=replace(eid, roots=pins_of(eid.trust)))


def serial_of(card: CardContent) -> int:
    return x509.load_der_x509_certificate(card.authentication).serial_number


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
