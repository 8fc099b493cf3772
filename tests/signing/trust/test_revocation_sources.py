"""Where a certificate says that revocation data are published."""

from cryptography import x509

from signing.revocation_sources import list_addresses, responder_addresses
from tests.signing.trust.pki import RESPONDER_ADDRESS, Extension, issue


def points(*addresses: str) -> Extension:
    names = [x509.UniformResourceIdentifier(address) for address in addresses]
    return x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)]), False


def test_only_http_addresses_count_and_each_once():
    twice = points("http://a.example/1", "ldap://a.example/2", "http://a.example/1", "https://a.example/3")
    assert list_addresses(issue("Signer", ca=False, extensions=[twice]).der) == ("http://a.example/1",)


def test_a_certificate_may_name_nothing():
    signer = issue("Signer", ca=False)
    assert list_addresses(signer.der) == responder_addresses(signer.certificate) == ()


def test_a_responder_is_named_by_the_certificate():
    assert responder_addresses(issue("Signer", ca=False, extensions=[RESPONDER_ADDRESS]).certificate) == (
        "http://ocsp.example/",
    )
