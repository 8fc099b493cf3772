"""Cards for the demo: invented people's, below a root that only this installation pins."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from commands.demo.card_authority import CardAuthority, Generation, Holder, Issuer, Residence
from commands.mock_identity_provider.people import EIDAS_PEOPLE, ITSME_PEOPLE, Person

PIN: Final = "1234"
_OF_LISTS: Final = timedelta(days=365)
_ROOT: Final = "demo_root"


def settings_of_the_cards(environment: Mapping[str, str], home: Path, *, at: datetime) -> dict[str, str]:
    """Return the variables that the demo sets besides `environment`, once its cards are made: their root is pinned too."""
    trust = Path(environment.get("GUICHET_EID_TRUST") or home / "eid_trust")
    with _for_the_owner_alone():
        make_demo_cards(home / "demo" / "cards", trust, at=at)
    return {"GUICHET_EID_ROOTS": f"{environment.get('GUICHET_EID_ROOTS', '')} {pin_of_the_demo(trust)}".strip()}


def pin_of_the_demo(trust: Path) -> str:
    """Return the SHA-256 of the demo's root, in hexadecimal."""
    return hashlib.sha256((trust / "anchors" / f"{_ROOT}.der").read_bytes()).hexdigest()


def make_demo_cards(folder: Path, trust: Path, *, at: datetime) -> list[Path]:
    """Return the files of the demo's cards, made with their root where they are missing or the root's list is nearly over.

    The PIN of each is 1234. Root, authorities and their lists (nothing revoked) are put where portals take the roots of
    cards from.
    """
    known = sorted(folder.glob("*.json"))
    if known and _is_fresh(trust / "crls" / f"{_ROOT}.crl", at=at):
        return known
    authority = CardAuthority.create(Generation.APPLET_1_8, at=at)
    folder.mkdir(parents=True, exist_ok=True)
    _trust(authority, trust, at=at)
    made = [
        _issue(authority, folder, person, residence, at=at)
        for residence, people in ((Residence.CITIZEN, ITSME_PEOPLE), (Residence.FOREIGNER, EIDAS_PEOPLE))
        for person in people
        if person.national_number is not None
    ]
    return sorted(made)


@contextmanager
def _for_the_owner_alone() -> Iterator[None]:
    """Let nobody else read what is written within: keys and national numbers."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _issue(authority: CardAuthority, folder: Path, person: Person, residence: Residence, *, at: datetime) -> Path:
    path = folder / f"{person.key}.json"
    holder = Holder(person.national_number or "", person.family_name, person.given_name)
    authority.issue_card(holder, pin=PIN, at=at, residence=residence).write(path)
    return path


def _trust(authority: CardAuthority, trust: Path, *, at: datetime) -> None:
    issuers = {_ROOT: authority.root, "demo_citizens": authority.citizens, "demo_foreigners": authority.foreigners}
    for name, issuer in issuers.items():
        _write(trust / ("anchors" if name == _ROOT else "intermediates") / f"{name}.der", issuer.der)
        _write(trust / "crls" / f"{name}.crl", _empty_list(issuer, at=at))


def _empty_list(issuer: Issuer, *, at: datetime) -> bytes:
    return issuer.issue_list(at=at, lifetime=_OF_LISTS)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _is_fresh(path: Path, *, at: datetime) -> bool:
    try:
        known = x509.load_der_x509_crl(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return known.next_update_utc is not None and known.next_update_utc - at > _OF_LISTS / 2
