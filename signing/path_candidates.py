"""Propose chains from a certificate up to an anchor by the names in them; whether one holds is judged elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from cryptography import x509

MAX_INTERMEDIATES = 8
"""Certificates between the signer's and the anchor."""

MAX_STEPS = 500
"""Chains begun for one signer, so that authorities that certify one another in circles cost no more."""

Chain: TypeAlias = tuple[x509.Certificate, ...]


class Authorities:
    """The anchors and intermediates of one trust list, by the name that they issue under."""

    def __init__(self, anchors: Iterable[x509.Certificate], intermediates: Iterable[x509.Certificate]) -> None:
        self._anchors = _by_subject(anchors)
        self._intermediates = _by_subject(intermediates)

    def propose(self, leaf: x509.Certificate) -> Iterator[Chain]:
        """Yield each chain from `leaf` to an anchor whose names follow, the shortest first, none through itself.

        A certificate is not its own authority: one that is an anchor itself has no chain.
        """
        begun: list[Chain] = [(leaf,)]
        for step in range(MAX_STEPS):
            if step == len(begun):
                return
            chain = begun[step]
            name = chain[-1].issuer.public_bytes()
            yield from ((*chain, anchor) for anchor in self._anchors.get(name, ()) if anchor not in chain)
            if len(chain) <= MAX_INTERMEDIATES:
                begun += ((*chain, above) for above in self._intermediates.get(name, ()) if above not in chain)


def _by_subject(certificates: Iterable[x509.Certificate]) -> Mapping[bytes, list[x509.Certificate]]:
    by_subject: dict[bytes, list[x509.Certificate]] = defaultdict(list)
    for certificate in certificates:
        by_subject[certificate.subject.public_bytes()].append(certificate)
    return by_subject
