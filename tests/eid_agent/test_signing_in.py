"""How somebody is led through a sign-in: what is shown when, and what never happens by itself."""

import contextlib
import json

import pytest

from auth.eid.tokens import read_token
from auth.eid.verification import EidRules, prove_by_card
from commands.demo.card_authority import Generation
from domain.languages import Language
from eid_agent import commands_of_cards as words
from eid_agent.cards import PinAccepted, PinWrong
from eid_agent.signing_in import sign_in
from eid_agent.texts import Texts
from eid_agent.troubles import AgentError, Trouble
from eid_agent.virtual_card import VirtualCard
from tests.auth.builders import NOON
from tests.auth.eid.cards import ELS, NONCE, ORIGIN, PIN, AuthoritiesInMemory, a_card
from tests.eid_agent.channels import Person, PortalInMemory, T0Line, holding

VERIFY = words.verify_pin("1234")[:4]


def a_line(generation: Generation = Generation.APPLET_1_8, *, tries: int = 3, **kwargs) -> T0Line:
    card = VirtualCard(a_card(generation))
    card.tries = tries
    return T0Line(card, **kwargs)


def lead(line: T0Line, person: Person, *, code="ABCD-EFGH", portal=None, pad=None, language=Language.EN) -> str:
    return sign_in(
        code,
        portal=portal or PortalInMemory(),
        hold_card=holding(line, pad),
        dialogue=person,
        texts=Texts(language),
    )


def trouble_of(line: T0Line, person: Person, **kwargs) -> Trouble:
    with pytest.raises(AgentError) as stopped:
        lead(line, person, **kwargs)
    return stopped.value.trouble


@pytest.mark.parametrize("generation", Generation)
def test_the_token_is_one_that_the_counter_believes(generation):
    portal = PortalInMemory()
    address = lead(a_line(generation), Person([PIN]), portal=portal)

    token = read_token(json.dumps(dict(portal.tokens[0])).encode())
    identity = prove_by_card(token, nonce=NONCE, rules=EidRules(ORIGIN), authorities=AuthoritiesInMemory(), at=NOON)
    assert identity.national_number == ELS.national_number
    assert address == "https://localhost:8443/sign-in/eid/continue?ticket=ABCD-EFGH"


def test_the_site_is_named_before_the_card_is_touched_and_the_holder_before_the_pin():
    person = Person([PIN])
    lead(a_line(), person)

    order = [
        next(n for n, told in enumerate(person.read) if part in told)
        for part in (ORIGIN, "Els Maria", "left", "PIN of")
    ]
    assert order == sorted(order)


def test_a_code_that_no_page_shows_leaves_the_card_alone():
    line = a_line()

    assert trouble_of(line, Person([PIN]), code="AAAA-AAAA") is Trouble.CODE_REFUSED
    assert line.sent == []


def test_one_pin_is_shown_to_the_card_once():
    line = a_line()
    lead(line, Person([PIN]))

    assert [command[:4] for command in line.sent].count(VERIFY) == 2  # asking for the tries left, and the PIN
    assert line.card.verified == 1


def test_a_wrong_pin_is_followed_by_nothing_but_a_question():
    line, person = a_line(), Person(["9999"])

    assert trouble_of(line, person) is Trouble.STOPPED
    assert line.card.verified == 1
    assert person.read[-3:-1] == ["That PIN is wrong.", "Tries left for the PIN: 2"]


def test_the_next_pin_that_is_typed_may_be_right():
    line = a_line()

    assert lead(line, Person(["9999", PIN]))
    assert (line.card.verified, line.card.tries) == (2, 3)


def test_what_can_be_no_pin_costs_no_try():
    line, person = a_line(), Person(["12", PIN])
    lead(line, person)

    assert line.card.verified == 1
    assert "A PIN has 4 to 12 digits; the card was not asked." in person.read


def test_the_last_try_is_not_used_unless_the_person_wants_it():
    line, person = a_line(tries=1), Person([PIN], agrees=False)

    assert trouble_of(line, person) is Trouble.STOPPED
    assert (line.card.verified, len(person.asked)) == (0, 1)


def test_the_last_try_is_used_when_the_person_wants_it():
    line = a_line(tries=1)

    assert lead(line, Person([PIN], agrees=True))
    assert line.card.tries == 3


def test_the_last_try_is_asked_about_after_two_wrong_pins_too():
    line, person = a_line(), Person(["9999", "9999", PIN], agrees=False)

    assert trouble_of(line, person) is Trouble.STOPPED
    assert (line.card.tries, line.card.verified) == (1, 2)


def test_three_wrong_pins_block_the_card_and_say_so():
    line = a_line()

    assert trouble_of(line, Person(["9999", "9999", "9999"], agrees=True)) is Trouble.PIN_BLOCKED
    assert line.card.tries == 0


def test_a_blocked_card_is_not_shown_a_pin():
    line = a_line(tries=0)

    assert trouble_of(line, Person([PIN])) is Trouble.PIN_BLOCKED
    assert line.card.verified == 0


@pytest.mark.parametrize("commands", range(10))
def test_a_card_that_is_pulled_at_any_moment_ends_it(commands):
    portal = PortalInMemory()

    assert trouble_of(a_line(pulled_after=commands), Person([PIN]), portal=portal) is Trouble.REMOVED
    assert portal.tokens == []


@pytest.mark.parametrize("types", [[PIN], ["9999"], []], ids=["signed", "wrong", "stopped"])
def test_the_card_is_logged_off_in_every_case(types):
    line = a_line()
    with contextlib.suppress(AgentError):
        lead(line, Person(types))
    assert line.sent[-1] == words.LOG_OFF


def test_the_pin_appears_in_nothing_that_is_shown_or_sent():
    portal, person = PortalInMemory(), Person(["738291", PIN])
    lead(a_line(), person, portal=portal)

    told = " ".join(person.read) + str(portal.tokens)
    assert "738291" not in told
    assert not any(f" {PIN}" in sentence for sentence in person.read)


class Pad:
    """The keys of a reader, on which a PIN is typed."""

    def __init__(self, card: VirtualCard, *outcomes) -> None:
        self.outcomes = list(outcomes)
        self.card = card

    def verify(self):
        outcome = self.outcomes.pop(0)
        self.card.is_open = isinstance(outcome, PinAccepted)
        return outcome


def test_a_reader_with_keys_takes_the_pin_and_this_machine_never_sees_it():
    line, person = a_line(), Person([])

    assert lead(line, person, pad=Pad(line.card, PinWrong(2), PinAccepted()))
    assert person.read.count("Type the PIN on the keys of the reader.") == 2
    assert line.card.verified == 0


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_its_words_in_each_language(language, trouble):
    texts = Texts(language)

    assert texts.what(trouble).endswith(".")
    assert texts.next_step(trouble).endswith(".")


def test_no_language_borrows_the_words_of_another():
    for trouble in Trouble:
        told = [Texts(language).what(trouble) for language in Language]
        assert len(set(told)) == len(told)
