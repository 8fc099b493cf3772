"""Let senders sign their SOAP messages with the certificates that they sign files with; the room between two rooms."""

import hashlib
from datetime import datetime

from channels.models import SenderCertificate
from channels.senders import registered_certificates
from channels.web.tokens import Caller, caller_by_certificate
from domain.refusals import Refusal
from ingest.trust_list import TrustList
from signing.certificate_checks import require_fit
from signing.certificates import read_certificate


class SignersOfTheTrustList:
    """Knows registered certificates again and asks the operator's trust list whether they may be relied on now."""

    def __init__(self, trust: TrustList) -> None:
        self._trust = trust

    def find_signer(self, certificate: bytes, *, at: datetime) -> Caller | None:
        """Return for whom the certificate signs; None for nobody, OutageError when nothing fresh speaks of its revocation."""
        sha256 = hashlib.sha256(certificate).hexdigest()
        row = SenderCertificate.objects.filter(sha256=sha256, state="ACTIVE").select_related("sender").first()
        if row is None:
            return None
        entry = next(one for one in registered_certificates(row.sender) if one.sha256 == sha256)
        try:
            require_fit(entry, read_certificate(certificate), at=at)
            trust = self._trust.read()
            trust.require_not_revoked(trust.require_path(certificate, at=at), at=at)
        except Refusal:
            return None
        return caller_by_certificate(row.sender, sha256)
