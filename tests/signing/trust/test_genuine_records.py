"""Which revocation records are worth keeping."""

import pytest
from cryptography import x509

from signing.genuine_records import require_genuine_list, require_genuine_response, scope_of
from tests.signing.trust.pki import DAY, NOON, a_key, a_list, a_response, issue
from tests.signing.trust.shapes import for_only

ROOT = issue("Root")
SIGNER = issue("Signer", by=ROOT, ca=False)


def test_a_list_and_an_answer_by_the_authority_are_kept_with_what_they_say():
    kept = require_genuine_list(a_list(ROOT), authorities=[ROOT.certificate], at=NOON)
    assert (kept.issuer, kept.serial, kept.scope, kept.entries) == (ROOT.name, "", b"", 0)
    response = a_response(SIGNER, ROOT)
    told = require_genuine_response(response, certificate=SIGNER.certificate, issuer=ROOT.certificate, at=NOON)
    assert (told.issuer, told.serial) == (ROOT.name, f"{SIGNER.certificate.serial_number:x}")


def test_lists_for_a_part_of_the_certificates_have_a_scope_of_their_own():
    users = a_list(ROOT, extensions=[for_only(only_contains_user_certs=True)])
    authorities = a_list(ROOT, extensions=[for_only(only_contains_ca_certs=True)])
    assert len({scope_of(a_list(ROOT)), scope_of(users), scope_of(authorities)}) == 3


@pytest.mark.parametrize(
    ("der", "said"),
    [
        (a_list(ROOT, this_update=NOON + DAY, next_update=NOON + 2 * DAY), "which is to come"),
        (a_list(issue("Nobody")), "no trusted authority has that name"),
        (a_list(ROOT, signing_key=a_key("other")), "the signature is not by its key"),
        (a_list(ROOT, extensions=[(x509.DeltaCRLIndicator(1), True)]), "changes only"),
    ],
)
def test_a_list_that_is_not_relied_on_is_not_kept(der: bytes, said: str):
    with pytest.raises(ValueError, match=said):
        require_genuine_list(der, authorities=[ROOT.certificate], at=NOON)


@pytest.mark.parametrize(
    ("der", "said"),
    [
        (a_response(SIGNER, ROOT, this_update=NOON + DAY, next_update=None), "which is to come"),
        (a_response(issue("Other", by=ROOT, ca=False), ROOT), "does not speak of the certificate"),
    ],
)
def test_an_answer_that_is_not_relied_on_is_not_kept(der: bytes, said: str):
    with pytest.raises(ValueError, match=said):
        require_genuine_response(der, certificate=SIGNER.certificate, issuer=ROOT.certificate, at=NOON)
