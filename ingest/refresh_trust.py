"""Bring the trust list and the revocation data up to date, from files and from where the authorities publish them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from channels.trust_files import SourceOutcome, read_list, take_over_certificates, take_over_lists
from channels.trusted import (
    active_certificates,
    read_trust_material,
    store_ocsp_response,
    store_revocation_list,
)
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.brussels import brussels_date
from domain.refusals import OutageError, Refusal
from signing.revocation import RevocationDataError
from signing.revocation_sources import list_addresses, render_ocsp_request, responder_addresses
from signing.trust import CertificateTrust, TrustedPath


class Fetch(Protocol):
    """Whoever gets bytes from an http address; OSError when it cannot."""

    def get(self, address: str) -> bytes:
        """Return what lies at the address."""
        ...

    def post(self, address: str, body: bytes, *, content_type: str) -> bytes:
        """Return the answer to `body`."""
        ...


@dataclass(frozen=True, slots=True)
class TrustRules:
    """How long revocation data are relied on, and the certificate policies that a path must carry one of."""

    max_age: timedelta
    policies: frozenset[str]

    def over_tables(self) -> CertificateTrust:
        """Return the trust in what the tables hold now."""
        return CertificateTrust(read_trust_material(), max_age=self.max_age, policies=self.policies)


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """Every source with its outcome; `stale` says whose data cannot be relied on, `ageing` names whose soon cannot."""

    outcomes: tuple[SourceOutcome, ...]
    stale: tuple[str, ...]
    ageing: tuple[str, ...]

    def require_fresh(self) -> None:
        """Raise OutageError when data that are needed cannot be relied on."""
        if self.stale:
            raise OutageError("; ".join(self.stale))


def refresh_trust(
    folder: Path, *, fetch: Fetch | None, rules: TrustRules, operator_address: str, at: datetime
) -> RefreshReport:
    """Take over the files, fetch what the authorities publish (unless `fetch` is None), and tell what is lacking.

    A source that fails is reported and keeps no other from being read. An operator is written to once a day about each
    authority whose data are missing or have passed half of what they may be old.
    """
    outcomes = [*take_over_certificates(folder, at=at), *take_over_lists(folder, at=at)]
    if fetch is not None:
        outcomes += _fetch_lists(fetch, at=at)
        outcomes += _ask_responders(fetch, rules, at=at)
    trust = rules.over_tables()
    stale = _lacking(trust, at=at)
    soon = _lacking(trust, at=at + rules.max_age / 2)
    ageing = {issuer: sentence for issuer, sentence in soon.items() if issuer not in stale}
    for issuer, sentence in {**stale, **ageing}.items():
        _tell(issuer, sentence, operator_address=operator_address, at=at)
    return RefreshReport(tuple(outcomes), tuple(stale.values()), tuple(ageing))


def _fetch_lists(fetch: Fetch, *, at: datetime) -> Iterator[SourceOutcome]:
    intermediates = read_trust_material().intermediates
    certificates = (*active_certificates(at=at), *intermediates)
    for address in sorted({address for der in certificates for address in list_addresses(der)}):
        try:
            is_new = store_revocation_list(read_list(fetch.get(address)), source=address, at=at)
        except (OSError, ValueError) as trouble:
            yield SourceOutcome(address, "not fetched", str(trouble))
        else:
            yield SourceOutcome(address, "new" if is_new else "seen again")


def _ask_responders(fetch: Fetch, rules: TrustRules, *, at: datetime) -> Iterator[SourceOutcome]:
    """Ask about the certificates whose authority names a responder and no list."""
    trust = rules.over_tables()
    for path in _paths(trust, at=at):
        signer, issuer = path.certificates[0], path.certificates[1]
        if list_addresses(path.signer):
            continue
        for address in responder_addresses(signer):
            request = render_ocsp_request(signer, issuer)
            try:
                answer = fetch.post(address, request, content_type="application/ocsp-request")
                is_new = store_ocsp_response(answer, issuer=issuer.subject.public_bytes(), source=address, at=at)
            except (OSError, ValueError) as trouble:
                yield SourceOutcome(address, "not asked", str(trouble))
            else:
                yield SourceOutcome(address, "new" if is_new else "seen again")


def _lacking(trust: CertificateTrust, *, at: datetime) -> dict[str, str]:
    """Return a sentence for each authority whose revocation data could not be relied on at `at`."""
    lacking: dict[str, str] = {}
    for path in _paths(trust, at=at):
        try:
            trust.require_not_revoked(path, at=at)
        except RevocationDataError as outage:
            lacking[outage.issuer] = str(outage)
        except Refusal:
            continue  # known to be revoked: nothing is lacking
    return lacking


def _paths(trust: CertificateTrust, *, at: datetime) -> Iterator[TrustedPath]:
    """Yield the path of each certificate that may sign for a sender; one without a path is refused anyway."""
    for der in active_certificates(at=at):
        try:
            yield trust.require_path(der, at=at)
        except Refusal:
            continue


def _tell(issuer: str, sentence: str, *, operator_address: str, at: datetime) -> None:
    authority = hashlib.sha256(issuer.encode()).hexdigest()[:32]
    post(
        carrier=Carrier.MAIL,
        recipient=operator_address,
        subject="Revocation data are missing or too old",
        body=(
            f"{sentence[0].upper()}{sentence[1:]}.\n\nSubmissions signed under this authority are held until they are "
            "renewed; nobody is refused for it. See where they come from with:\n\n    guichet trust list\n"
        ),
        occasion=f"revocation:{brussels_date(at)}:{authority}",
        at=at,
    )
