"""What a Belgian card is told and what it answers, over a line that is no reader."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from commands.demo.card_authority import Generation
from eid_agent import commands_of_cards as words
from eid_agent.cards import BelgianCard, PinAccepted, PinWrong, signing_way_of, tries_in, what_to_sign
from eid_agent.troubles import AgentError, Trouble
from eid_agent.virtual_card import CardContent, VirtualCard
from tests.auth.eid.cards import NONCE, ORIGIN, PIN, a_card
from tests.eid_agent.channels import ScriptedLine, T0Line


def a_line(generation: Generation = Generation.APPLET_1_8) -> T0Line:
    return T0Line(VirtualCard(a_card(generation)))


def trouble_of(call, *args) -> Trouble:
    with pytest.raises(AgentError) as stopped:
        call(*args)
    return stopped.value.trouble


@pytest.mark.parametrize("generation", Generation)
def test_the_certificate_is_read_without_what_fills_its_file(generation):
    assert BelgianCard(a_line(generation)).read_authentication_certificate() == a_card(generation).authentication


@pytest.mark.parametrize(("generation", "version"), [(Generation.APPLET_1_8, 0x18), (Generation.APPLET_1_7, 0x17)])
def test_the_version_of_the_program_is_told(generation, version):
    assert BelgianCard(a_line(generation)).read_applet_version() == version


@pytest.mark.parametrize("generation", Generation)
def test_a_card_signs_after_its_pin_only(generation):
    line = a_line(generation)
    card = BelgianCard(line)
    way = signing_way_of(x509.load_der_x509_certificate(card.read_authentication_certificate()))
    digest = what_to_sign(ORIGIN, NONCE, digest=way.digest)
    card.prepare(way)

    assert trouble_of(card.sign, digest) is Trouble.CARD_FAILED
    assert card.verify(PIN) == PinAccepted()
    assert len(card.sign(digest)) == (96 if generation is Generation.APPLET_1_8 else 256)
    card.log_off()
    assert trouble_of(card.sign, digest) is Trouble.CARD_FAILED


def test_wrong_pins_are_counted_down_until_the_card_is_blocked():
    card = BelgianCard(a_line())

    assert card.tries_left() == 3
    assert [card.verify("9999") for _ in range(3)] == [PinWrong(2), PinWrong(1), PinWrong(0)]
    assert card.tries_left() == 0
    assert card.verify(PIN) == PinWrong(0)


def test_the_right_pin_gives_the_tries_back():
    card = BelgianCard(a_line())
    card.verify("9999")
    card.verify(PIN)
    card.log_off()

    assert card.tries_left() == 3


@pytest.mark.parametrize("typed", ["", "123", "1234567890123", "12a4", "١٢٣٤", "12 34"])
def test_what_can_be_no_pin_never_reaches_the_card(typed):
    line = a_line()

    with pytest.raises(ValueError) as stopped:
        BelgianCard(line).verify(typed)
    assert line.sent == []
    assert not typed or typed not in str(stopped.value)


@pytest.mark.parametrize(
    ("digits", "block"),
    [("1234", "241234ffffffffff"), ("12345", "2512345fffffffff"), ("123456789012", "2c123456789012ff")],
)
def test_a_pin_goes_as_its_length_its_digits_and_fill(digits, block):
    assert words.verify_pin(digits).hex() == f"0020000108{block}"


@given(st.text(alphabet="0123456789", min_size=4, max_size=12))
def test_any_pin_is_read_again_from_its_block(digits):
    block = words.pin_block(digits).hex()

    assert (len(block), block[0]) == (16, "2")
    assert block[2 : 2 + int(block[1], 16)] == digits


@pytest.mark.parametrize(("status", "left"), [(0x63C3, 3), (0x63C1, 1), (0x63C0, 0), (0x6983, 0), (0x9000, None)])
def test_tries_are_told_by_the_status(status, left):
    assert tries_in(status) == left


def test_no_answer_to_verify_is_taken_for_a_wish_to_see_the_pin_again():
    for status in (0x6C08, 0x6108):
        line = ScriptedLine([(b"", status)])
        assert trouble_of(BelgianCard(line).verify, PIN) is Trouble.CARD_FAILED
        assert len(line.sent) == 1


@pytest.mark.parametrize(
    "content",
    [b"", bytes(2500), b"\x30\x03abc", b"\x04\x82\x00\x01"],
    ids=["nothing", "zeros", "short form", "no sequence"],
)
def test_a_card_without_a_certificate_says_so(content):
    base = a_card()
    child = CardContent(base.applet, PIN, base.authentication_key, base.signature_key, content, base.signature)

    assert trouble_of(BelgianCard(T0Line(VirtualCard(child))).read_authentication_certificate) is (
        Trouble.NO_CERTIFICATE
    )


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ([(b"", 0x6A82)], Trouble.NO_CERTIFICATE),
        ([(b"", 0x6D00)], Trouble.CARD_FAILED),
        ([(b"", 0x9000), (b"", 0x6B00)], Trouble.CARD_FAILED),
        ([(b"", 0x9000), (b"", 0x9000)], Trouble.CARD_FAILED),
        ([(b"", 0x9000), (b"\x30\x82\xff\xff", 0x9000)], Trouble.NO_CERTIFICATE),
    ],
    ids=["not there", "not understood", "no first byte", "empty", "endless"],
)
def test_a_card_that_answers_oddly_is_no_more_than_a_trouble(answers, trouble):
    assert trouble_of(BelgianCard(ScriptedLine(answers)).read_authentication_certificate) is trouble


def test_a_wrong_length_is_put_right_by_the_card():
    line = ScriptedLine([(b"", 0x6C1C), (bytes(21) + b"\x17" + bytes(6), 0x9000)])

    assert BelgianCard(line).read_applet_version() == 0x17
    assert line.sent[1] == words.GET_CARD_DATA[:-1] + b"\x1c"


def test_an_answer_in_parts_is_gathered_and_bounded():
    assert BelgianCard(ScriptedLine([(b"", 0x6102), (b"ab", 0x6101), (b"c", 0x9000)])).sign(b"") == b"abc"
    assert trouble_of(BelgianCard(ScriptedLine([(b"", 0x6101)] * 100)).sign, b"") is Trouble.CARD_FAILED


def test_a_card_that_was_pulled_needs_no_log_off():
    BelgianCard(T0Line(VirtualCard(a_card()), pulled_after=0)).log_off()


def test_other_troubles_of_logging_off_are_told():
    class Dead:
        def transmit(self, _command: bytes) -> tuple[bytes, int]:
            raise AgentError(Trouble.CARD_FAILED)

    assert trouble_of(BelgianCard(Dead()).log_off) is Trouble.CARD_FAILED


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP521R1())])
def test_a_key_that_no_belgian_card_has_is_another_card(key):
    class Certificate:
        def public_key(self):
            return key.public_key()

    assert trouble_of(signing_way_of, Certificate()) is Trouble.OTHER_CARD
