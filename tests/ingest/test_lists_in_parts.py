"""An authority may publish one list for users and one for authorities; neither takes the place of the other."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from channels.models import RevocationRecord
from commands.authority import Authority, certificate_pem
from tests.counter_bench import NOON, make_entity, make_sender
from tests.ingest.test_trust_refresh import HOUR, Installation, a_signer


@pytest.fixture
def installation(db: None, tmp_path: Path) -> Installation:
    authority = Authority.create("Authority of senders", at=NOON - timedelta(days=99), lifetime=timedelta(days=3650))
    made = Installation(tmp_path / "trust", authority)
    made.put("anchors/senders.pem", certificate_pem(authority.identity.certificate))
    make_sender("123456", entity=make_entity(), identity=a_signer(authority))
    return made


def a_part(authority: Authority, *, of_users: bool, at: datetime) -> bytes:
    point = x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_contains_user_certs=of_users,
        only_contains_ca_certs=not of_users,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.identity.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=7))
        .add_extension(point, critical=True)
    )
    return builder.sign(authority.identity.key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_an_older_list_for_users_is_kept_beside_a_newer_one_for_authorities(installation: Installation):
    installation.put("crls/authorities.crl", a_part(installation.authority, of_users=False, at=NOON))
    installation.refresh()
    installation.put("crls/users.crl", a_part(installation.authority, of_users=True, at=NOON - HOUR))
    assert installation.outcome_of("crls/users.crl").trouble is None
    assert RevocationRecord.objects.count() == 2
    assert installation.refresh().missing == {}


def test_an_older_list_for_users_does_not_replace_a_newer_one(installation: Installation):
    installation.put("crls/users.crl", a_part(installation.authority, of_users=True, at=NOON))
    installation.refresh()
    installation.put("crls/users.crl", a_part(installation.authority, of_users=True, at=NOON - HOUR))
    assert installation.outcome_of("crls/users.crl").trouble == "a newer list is here"
