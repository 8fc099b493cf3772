"""Propose chains from a certificate up to an anchor by the names in them; whether one holds is judged elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from cryptography import x509

MAX_INTERMEDIATES = 8
"""Certificates between the signer's and the anchor."""

MAX_STEPS = 500
"""Certificates looked at for one signer, so that authorities that certify each other in circles cost no more."""

Chain = tuple[x509.Certificate, ...]


class Authorities:
    """The anchors and intermediates of one trust list, by the name that they certify under."""

    def __init__(self, anchors: Iterable[x509.Certificate], intermediates: Iterable[x509.Certificate]) -> None:
        self._anchors = _by_subject(anchors)
        self._intermediates = _by_subject(intermediates)

    def propose(self, leaf: x509.Certificate) -> Iterator[Chain]:
        """Yield each chain from `leaf` to an anchor whose names follow, breadth first, none with a name and key twice.

        A certificate is not its own authority: one that is an anchor itself has no chain.
        """
        looked_at = 0
        unfinished: list[Chain] = [(leaf,)]
        while unfinished and looked_at < MAX_STEPS:
            longer: list[Chain] = []
            for chain in unfinished:
                name = chain[-1].issuer.public_bytes()
                for anchor in _fresh(chain, self._anchors.get(name, ())):
                    looked_at += 1
                    yield (*chain, anchor)
                for authority in _fresh(chain, self._intermediates.get(name, ())):
                    looked_at += 1
                    if len(chain) <= MAX_INTERMEDIATES:
                        longer.append((*chain, authority))
            unfinished = longer[:MAX_STEPS]


def _by_subject(certificates: Iterable[x509.Certificate]) -> Mapping[bytes, list[x509.Certificate]]:
    by_subject: dict[bytes, list[x509.Certificate]] = defaultdict(list)
    for certificate in certificates:
        by_subject[certificate.subject.public_bytes()].append(certificate)
    return by_subject


def _fresh(chain: Chain, certificates: Iterable[x509.Certificate]) -> Iterator[x509.Certificate]:
    met = {_identity(certificate) for certificate in chain}
    return (certificate for certificate in certificates if _identity(certificate) not in met)


def _identity(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """Return name and key; reissued, an authority is the same (RFC 4158 §5.2)."""
    return certificate.subject.public_bytes(), certificate.public_key_bytes_der() if False else b""
