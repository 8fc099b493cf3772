from functools import partial

import pytest
from asn1crypto import cms
from asn1crypto.parser import emit

from domain.refusals import Refusal
from tests.signing.builders import Keys, check
from tests.signing.deliveries import a_delivery, rebuild, with_cms
from tests.signing.deviations import DEVIATIONS, Deviation


def test_a_delivery_without_deviation_is_accepted(keys: Keys) -> None:
    good = a_delivery(keys)
    assert check(good.signature_file, good.registered, payload=good.payload) is good.registered[0]


def test_assembling_the_cms_anew_is_no_deviation(keys: Keys) -> None:
    good = with_cms(rebuild)(keys)
    assert check(good.signature_file, good.registered, payload=good.payload) is good.registered[0]


def test_attributes_of_indefinite_length_are_verified_as_der(keys: Keys) -> None:
    good = with_cms(partial(rebuild, open_attributes=True))(keys)
    assert check(good.signature_file, good.registered, payload=good.payload) is good.registered[0]


@pytest.mark.parametrize("levels", [1, 2])
def test_octet_strings_in_pieces_are_put_together(keys: Keys, levels: int) -> None:
    def cut(encoded: bytes) -> bytes:
        signer = cms.ContentInfo.load(encoded)["content"]["signer_infos"][0]
        value = signer["signature"].native
        pieces = emit(0, 0, 4, value[:7]) + emit(0, 0, 4, value[7:])
        for _ in range(levels - 1):
            pieces = emit(0, 1, 4, pieces)
        return rebuild(encoded, replaced={"signature": emit(0, 1, 4, pieces)})

    good = with_cms(cut)(keys)
    assert check(good.signature_file, good.registered, payload=good.payload) is good.registered[0]


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda deviation: deviation.name)
def test_one_deviation_has_one_code_and_says_what_is_wrong(deviation: Deviation, keys: Keys) -> None:
    delivery = deviation.build(keys)
    with pytest.raises(Refusal) as refused:
        check(delivery.signature_file, delivery.registered, payload=delivery.payload, at=delivery.at)
    assert refused.value.code is deviation.code, deviation.sentence
    assert deviation.words in refused.value.sentence


def test_every_deviation_has_its_own_name() -> None:
    assert len({deviation.name for deviation in DEVIATIONS}) == len(DEVIATIONS)
