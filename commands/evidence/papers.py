"""Find the certificates and revocation records by which signatures were judged, in the tables that keep them."""

from collections.abc import Collection, Iterator

from channels.models import RevocationRecord, SenderCertificate, TrustedCertificate

_TABLES = (SenderCertificate, TrustedCertificate, RevocationRecord)


class TablesOfTrust:
    """Fulfils `evidence.verification.papers.KeepsPapers`."""

    def find_papers(self, hashes: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield each row that claims one of these SHA-256, with its DER."""
        for table in _TABLES:
            for sha256, der in table.objects.filter(sha256__in=hashes).values_list("sha256", "der"):
                yield sha256, bytes(der)
