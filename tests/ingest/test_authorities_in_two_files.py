"""An authority that lies in both folders, as in a bundle of a whole chain, stays an anchor."""

from datetime import timedelta
from pathlib import Path

import pytest

from channels.models import TrustedCertificate
from commands.authority import Authority, certificate_pem
from domain.trust import TrustRole
from evidence.models import AuditEvent
from tests.counter_bench import NOON, make_entity, make_sender
from tests.ingest.test_trust_refresh import Installation, a_signer


@pytest.fixture
def installation(db: None, tmp_path: Path) -> Installation:
    authority = Authority.create("Authority of senders", at=NOON - timedelta(days=99), lifetime=timedelta(days=3650))
    made = Installation(tmp_path / "trust", authority)
    made.put("anchors/senders.pem", certificate_pem(authority.identity.certificate))
    made.put("crls/senders.crl", made.crl())
    make_sender("123456", entity=make_entity(), identity=a_signer(authority))
    made.refresh()
    made.put("intermediates/whole-chain.pem", certificate_pem(authority.identity.certificate))
    return made


def require_anchor(installation: Installation) -> None:
    report = installation.refresh()
    assert (report.stray, report.missing) == ((), {})
    assert TrustedCertificate.objects.get().role == TrustRole.ANCHOR
    assert AuditEvent.objects.count() == 1


def test_a_bundle_with_the_anchor_in_it_leaves_it_an_anchor(installation: Installation):
    require_anchor(installation)
    require_anchor(installation)
    assert TrustedCertificate.objects.get().source == "anchors/senders.pem"


def test_an_anchor_whose_own_file_cannot_be_read_stays_one_beside_a_bundle(installation: Installation):
    installation.put("anchors/senders.pem", "nothing")
    require_anchor(installation)


def test_an_anchor_whose_folder_is_not_there_stays_one_beside_a_bundle(installation: Installation):
    (installation.trust / "anchors").rename(installation.trust / "not mounted")
    require_anchor(installation)


def test_what_is_taken_out_of_the_anchors_is_one_no_more_though_a_bundle_holds_it(installation: Installation):
    (installation.trust / "anchors/senders.pem").unlink()
    assert list(installation.refresh().missing) == ["any authority"]
    assert TrustedCertificate.objects.get().role == TrustRole.INTERMEDIATE
