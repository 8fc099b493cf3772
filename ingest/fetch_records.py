"""Fetch revocation records from where the authorities publish them; only addresses that trusted certificates name."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from channels.trust_files import read_list
from ingest.keep_records import keep_list, keep_response
from ingest.source_outcomes import SourceOutcome
from signing.revocation_sources import list_addresses, render_ocsp_request, responder_addresses
from signing.trust import TrustedPath


class Fetch(Protocol):
    """Whoever gets bytes from an http address; OSError when it cannot."""

    def get(self, address: str) -> bytes:
        """Return what lies at the address."""
        ...

    def post(self, address: str, body: bytes, *, content_type: str) -> bytes:
        """Return the answer to `body`."""
        ...


def fetch_lists(
    fetch: Fetch, *, paths: Sequence[TrustedPath], authorities: Sequence[x509.Certificate], at: datetime
) -> Iterator[SourceOutcome]:
    """Fetch the lists that the certificates of the paths and the authorities name, each address once.

    A source that fails is reported and keeps no other from being read.
    """
    certificates = {*authorities, *(certificate for path in paths for certificate in path.certificates)}
    for address in sorted({address for one in certificates for address in list_addresses(_der(one))}):

        def keep(address: str = address) -> SourceOutcome:
            return keep_list(read_list(fetch.get(address)), authorities=authorities, source=address, at=at)

        yield _outcome_of(address, keep)


def ask_responders(
    fetch: Fetch, *, paths: Sequence[TrustedPath], listed: frozenset[str], at: datetime
) -> Iterator[SourceOutcome]:
    """Ask the OCSP responders about the certificates of the paths of which no list, of those `listed`, was to be had.

    A responder that does not answer is not asked about another certificate.
    """
    silent: set[str] = set()
    for certificate, issuer in dict.fromkeys(pair for path in paths for pair in pairwise(path.certificates)):
        if not listed.isdisjoint(list_addresses(_der(certificate))):
            continue
        for address in responder_addresses(certificate):
            if address in silent:
                continue
            outcome = _ask(fetch, address, certificate=certificate, issuer=issuer, at=at)
            yield outcome
            if outcome.trouble is None:
                break
            silent.add(address)


def _ask(
    fetch: Fetch, address: str, *, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> SourceOutcome:
    def keep() -> SourceOutcome:
        request = render_ocsp_request(certificate, issuer)
        answer = fetch.post(address, request, content_type="application/ocsp-request")
        return keep_response(answer, certificate=certificate, issuer=issuer, source=address, at=at)

    return _outcome_of(address, keep)


def _outcome_of(address: str, keep: Callable[[], SourceOutcome]) -> SourceOutcome:
    try:
        return keep()
    except (OSError, ValueError) as trouble:
        return SourceOutcome(address, "not fetched", " ".join(str(trouble).split())[:300])


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
