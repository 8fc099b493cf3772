"""Both validators judge every chain of the table as it says; where they differ, the reason stands here."""

import pytest

from domain.refusals import OutageError, Refusal
from tests.signing.trust.pki import Chain
from tests.signing.trust.second_opinion import ask_second
from tests.signing.trust.vectors import GOOD, REFUSED, UNDECIDED, VECTORS, Outcome, Vector

EXPLAINED: dict[str, tuple[Outcome, str]] = {
    "too_long": (GOOD, "We stop at eight authorities between signer and root, so that a trust list cannot cost much."),
    "self_signed_trusted": (GOOD, "A trust list is of authorities here; what a signer says of itself can never be revoked."),
    "root_expired": (GOOD, "An operator's root ends with its certificate here; RFC 5280 leaves that to the operator."),
    "root_not_yet_valid": (GOOD, "As root_expired."),
    "root_path_length_broken": (GOOD, "What a root's own certificate limits counts here; RFC 5280 takes its name and key."),
    "root_unknown_critical": (GOOD, "As root_path_length_broken."),
    "directory_in_root": (GOOD, "As root_path_length_broken."),
    "authority_p224": (GOOD, "We accept P-256, P-384 and P-521; the other has no rule about curves."),
    "signer_is_authority": (GOOD, "A signer is none of those who certify here; RFC 5280 does not ask."),
    "issuer_in_capitals": (GOOD, "Names of issuer and subject are compared byte by byte, which §4.1.2.6 makes safe."),
    "signer_version_1": (GOOD, "A certificate of version 1 cannot say what it is for."),
    "signer_invalid_before": (GOOD, "The invalidity date counts here, since a key known to be stolen proves nothing."),
    "entry_unknown_critical": (UNDECIDED, "Whoever is listed is revoked here, whatever else the entry says (X.509 §7.3)."),
    "list_sha1": (GOOD, "Lists and answers must be signed as strongly as certificates here; the other does not look."),
    "answer_of_weak_responder": (GOOD, "As list_sha1."),
    "answer_sha1": (GOOD, "As list_sha1."),
    "list_indirect": (GOOD, "Lists that may speak for other authorities are never relied on here."),
    "list_of_after_expiry": (GOOD, "A list may drop who has expired (§5.2.6), so its silence says nothing here."),
    "answer_revoked_later": (UNDECIDED, "Revoked an hour after the reception is good at the reception, as for lists."),
}  # fmt: skip
"""Vectors on which the second opinion differs, with its outcome and why ours is another."""


def ask_first(chain: Chain) -> Outcome:
    try:
        chain.judge()
    except Refusal:
        return REFUSED
    except OutageError:
        return UNDECIDED
    return GOOD


@pytest.fixture(params=VECTORS, ids=lambda vector: vector.name)
def vector(request: pytest.FixtureRequest) -> Vector:
    found: Vector = request.param
    return found


def test_both_judge_as_the_table_says_or_the_difference_is_explained(vector: Vector):
    chain = vector.build()
    theirs, sentence = ask_second(chain)
    expected, _ = EXPLAINED.get(vector.name, (vector.outcome, ""))
    assert ask_first(chain) is vector.outcome, vector.sentence
    assert theirs is expected, f"{vector.sentence} {sentence}"


def test_every_explanation_is_of_a_difference():
    outcomes = {vector.name: vector.outcome for vector in VECTORS}
    assert [name for name, (theirs, _) in EXPLAINED.items() if outcomes[name] is theirs] == []


def test_the_table_has_enough_chains_and_single_defects():
    names = {vector.name for vector in VECTORS}
    agreed_defects = {vector.name for vector in VECTORS if vector.outcome is not GOOD} - EXPLAINED.keys()
    assert len(names) == len(VECTORS) >= 60
    assert len(agreed_defects) >= 30
    assert len({vector.sentence for vector in VECTORS}) == len(VECTORS)
