"""The trust of this moment, made anew only when the trust list or a revocation record has changed."""

from datetime import timedelta

from channels.trusted import read_trust_material, trust_stamp
from signing.trust import CertificateTrust


class TrustList:
    """Fulfils `ingest.work.TrustSource` over the tables; one query as long as nothing changed."""

    def __init__(self, *, max_age: timedelta, policies: frozenset[str] = frozenset()) -> None:
        self._max_age = max_age
        self._policies = policies
        self._stamp: object = None
        self._trust: CertificateTrust | None = None

    def read(self) -> CertificateTrust:
        """Return what the operator trusts now."""
        stamp = trust_stamp()
        if self._trust is None or stamp != self._stamp:
            self._trust = CertificateTrust(read_trust_material(), max_age=self._max_age, policies=self._policies)
            self._stamp = stamp
        return self._trust
