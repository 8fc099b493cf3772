"""Finding the card among readers, and holding it; PC/SC itself is imitated."""

import pytest

from eid_agent.cards import PinAccepted, PinWrong
from eid_agent.pin_pads import ReaderKeys, find_verify_code, verify_structure
from eid_agent.readers import ATR_OF_1_7, ATR_OF_1_8, Readers, find_card, fit_to_t0, is_belgian
from eid_agent.troubles import AgentError, Trouble

OTHER = bytes.fromhex("3B6500002063CB6800")


@pytest.mark.parametrize(
    ("atr", "belgian"),
    [
        (ATR_OF_1_8, True),
        (ATR_OF_1_7, True),
        (bytes.fromhex("3B9894400AA503010101AD1310"), True),
        (ATR_OF_1_8[:-1] + b"\x01", False),
        (ATR_OF_1_8[:-1], False),
        (ATR_OF_1_7[:-2] + b"\x14\x11", False),
        (OTHER, False),
        (b"", False),
    ],
)
def test_a_card_is_known_by_how_it_presents_itself(atr, belgian):
    assert is_belgian(atr) is belgian


@pytest.mark.parametrize(
    ("command", "carried"),
    [
        ("00a4080c04df005038", "00a4080c04df005038"),
        ("00b00000f8", "00b00000f8"),
        ("002a9e9a02abcd00", "002a9e9a02abcd"),
        ("80e60000", "80e60000"),
        ("0020000100", "0020000100"),
    ],
)
def test_t0_carries_no_expected_length_behind_data(command, carried):
    assert fit_to_t0(bytes.fromhex(command)).hex() == carried


class Slots:
    """Readers and what is in them, changing with time."""

    def __init__(self, *states: dict[str, bytes | None]) -> None:
        self.states = list(states)

    def _now(self):
        return self.states[0]

    def names(self):
        return list(self._now())

    def atr_in(self, name):
        return self._now()[name]

    def sleep(self, _seconds):
        if len(self.states) > 1:
            self.states.pop(0)
        self.slept += 1

    slept = 0

    def clock(self):
        return float(self.slept)


def find(slots: Slots, *, wanted=None, seconds=5.0, told=None):
    told = told if told is not None else []
    return find_card(
        slots,
        wanted=wanted,
        tell_to_insert=lambda: told.append(1),
        seconds=seconds,
        clock=slots.clock,
        sleep=slots.sleep,
    )


def trouble_of(*args, **kwargs) -> Trouble:
    with pytest.raises(AgentError) as stopped:
        find(*args, **kwargs)
    return stopped.value.trouble


def test_the_reader_with_the_belgian_card_is_found_among_others():
    assert find(Slots({"A": OTHER, "B": None, "C": ATR_OF_1_7})) == "C"


def test_a_reader_is_chosen_by_a_part_of_its_name():
    assert find(Slots({"Left 00": ATR_OF_1_8, "Right 00": ATR_OF_1_8}), wanted="Right") == "Right 00"
    assert trouble_of(Slots({"Left 00": ATR_OF_1_8}), wanted="Right") is Trouble.NO_READER


def test_a_card_is_waited_for_and_asked_for_once():
    told = []

    assert find(Slots({"A": None}, {"A": None}, {"A": ATR_OF_1_8}), told=told) == "A"
    assert told == [1]


@pytest.mark.parametrize(
    ("slots", "trouble"),
    [
        (Slots({}), Trouble.NO_READER),
        (Slots({"A": None}), Trouble.NO_CARD),
        (Slots({"A": OTHER}), Trouble.OTHER_CARD),
    ],
)
def test_why_no_card_was_found_is_told(slots, trouble):
    assert trouble_of(slots) is trouble


class Scard:
    """The functions of PC/SC that the agent calls; each result can be told to fail."""

    SCARD_S_SUCCESS, SCARD_E_NO_READERS_AVAILABLE, SCARD_E_SHARING_VIOLATION, FAILED = 0, 1, 2, 3
    SCARD_SCOPE_USER = SCARD_SHARE_SHARED = SCARD_STATE_UNAWARE = SCARD_LEAVE_CARD = 0
    SCARD_RESET_CARD = 1
    SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1, SCARD_PCI_T0, SCARD_PCI_T1 = 1, 2, "t0", "t1"
    SCARD_STATE_PRESENT = 32
    SCARD_W_RESET_CARD = 4

    def __init__(self, **failing: object) -> None:
        self.failing = failing
        self.calls: list[str] = []
        self.disposition: int | None = None

    def __getattr__(self, name: str):
        answers = {
            "SCardEstablishContext": (0, "context"),
            "SCardListReaders": (0, ["A"]),
            "SCardGetStatusChange": (0, [("A", 32, list(ATR_OF_1_8))]),
            "SCardConnect": (0, "handle", 1),
            "SCardTransmit": (0, [-112, 0]),
            "SCardControl": (0, []),
            "SCARD_CTL_CODE": 3400,
            "SCardReconnect": (0, 2),
            "SCardStatus": (0, "A", 0, 1, list(ATR_OF_1_8)),
            "SCardGetErrorMessage": "told by PC/SC",
        }

        def call(*arguments):
            self.calls.append(name)
            if name == "SCardEndTransaction":
                self.disposition = arguments[1]
            told = self.failing.get(name, answers.get(name, 0))
            return told.pop(0) if isinstance(told, list) else told

        return call


def test_a_held_card_is_released_and_left_in_peace():
    scard = Scard()
    with Readers(scard).hold("A") as line:
        assert line.transmit(b"\x80\xe6\0\0") == (b"", 0x9000)
    assert scard.calls[-2:] == ["SCardEndTransaction", "SCardDisconnect"]
    assert scard.disposition == Scard.SCARD_LEAVE_CARD


def test_a_card_whose_use_broke_is_reset():
    scard = Scard()
    with pytest.raises(RuntimeError), Readers(scard).hold("A"):
        raise RuntimeError
    assert scard.disposition == Scard.SCARD_RESET_CARD


@pytest.mark.parametrize(
    ("failing", "trouble"),
    [
        ({"SCardEstablishContext": (3, None)}, Trouble.NO_SERVICE),
        ({"SCardListReaders": (3, [])}, Trouble.NO_SERVICE),
        ({"SCardConnect": (2, None, 0)}, Trouble.IN_USE),
        ({"SCardConnect": (3, None, 0)}, Trouble.CARD_FAILED),
        ({"SCardConnect": (3, None, 0), "SCardGetStatusChange": (0, [("A", 0, [])])}, Trouble.REMOVED),
        ({"SCardBeginTransaction": 3}, Trouble.IN_USE),
        ({"SCardBeginTransaction": [4, 3]}, Trouble.IN_USE),
        ({"SCardBeginTransaction": 4, "SCardReconnect": (3, 0)}, Trouble.IN_USE),
        ({"SCardTransmit": (3, [])}, Trouble.CARD_FAILED),
        ({"SCardTransmit": (0, [1])}, Trouble.CARD_FAILED),
        ({"SCardTransmit": (3, []), "SCardGetStatusChange": (3, [])}, Trouble.REMOVED),
    ],
    ids=str,
)
def test_what_pc_sc_says_becomes_one_of_our_troubles(failing, trouble):
    def log_off():
        readers = Readers(Scard(**failing))
        readers.names()
        with readers.hold("A") as line:
            line.transmit(b"\x80\xe6\0\0")

    with pytest.raises(AgentError) as stopped:
        log_off()
    assert stopped.value.trouble is trouble


@pytest.mark.parametrize(
    "told",
    [{"SCardBeginTransaction": [4, 0]}, {"SCardStatus": (0, "A", 0, 0, [])}],
    ids=["told so", "without protocol"],
)
def test_a_card_that_another_program_reset_is_connected_anew(told):
    with Readers(Scard(**told)).hold("A") as line:
        assert line.protocol == Scard.SCARD_PROTOCOL_T1


def test_no_reader_is_an_empty_list():
    assert Readers(Scard(SCardListReaders=(1, []))).names() == ()


FEATURES = bytes.fromhex("0104423300010604423300020a0442330003")


def test_the_keys_of_a_reader_are_found_among_its_features():
    with Readers(Scard(SCardControl=(0, list(FEATURES)))).hold("A") as line:
        pad = line.find_pin_pad()
    assert pad is not None
    assert pad.code == 0x42330002


@pytest.mark.parametrize("answer", [(0, []), (3, []), (0, [1, 4, 0, 0, 0, 1]), (0, [6, 4, 0])])
def test_a_reader_without_keys_has_none(answer):
    with Readers(Scard(SCardControl=answer)).hold("A") as line:
        assert line.find_pin_pad() is None


def test_a_short_list_of_features_is_read_to_its_end():
    assert find_verify_code(FEATURES[:9]) is None


def test_the_structure_for_the_keys_holds_a_verify_without_a_pin():
    structure = verify_structure()

    assert structure[:19].hex() == "3c3c4148040c0402ff0000000000000d000000"
    assert structure[19:].hex() == "002000010820ffffffffffffff"


@pytest.mark.parametrize(("status", "outcome"), [(0x9000, PinAccepted()), (0x63C2, PinWrong(2)), (0x6983, PinWrong(0))])
def test_what_the_card_said_to_the_keys_is_told(status, outcome):
    class Line:
        def control(self, _code, _data):
            return status.to_bytes(2)

    assert ReaderKeys(Line(), 1).verify() == outcome


@pytest.mark.parametrize(
    ("status", "trouble"), [(0x6400, Trouble.STOPPED), (0x6401, Trouble.STOPPED), (0x6D00, Trouble.CARD_FAILED)]
)
def test_a_pin_that_was_not_typed_is_no_wrong_one(status, trouble):
    class Line:
        def control(self, _code, _data):
            return status.to_bytes(2)

    with pytest.raises(AgentError) as stopped:
        ReaderKeys(Line(), 1).verify()
    assert stopped.value.trouble is trouble


def test_a_reader_that_breaks_while_the_pin_is_typed_is_told():
    with Readers(Scard(SCardControl=(3, []))).hold("A") as line, pytest.raises(AgentError) as stopped:
        ReaderKeys(line, 1).verify()
    assert stopped.value.trouble is Trouble.CARD_FAILED
