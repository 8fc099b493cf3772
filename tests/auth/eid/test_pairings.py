"""Pairing an agent with the browser page that shows a code; what the agent brings counts in that browser alone."""

import re
from datetime import timedelta

import pytest

from auth.eid.challenges import Wish, begin_challenge, redeem_challenge
from auth.eid.pairings import AGENT, begin_pairing, finish_pairing, nonce_for_agent, redeem_for_agent
from auth.eid.refusals import EidCode, EidRefusedError
from auth.models import LoginTransaction
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import KeyLimits
from tests.auth.builders import BROWSER, NOON, a_locksmith
from tests.auth.eid.cards import ELS, AuthoritiesInMemory, a_token, a_verifier

pytestmark = pytest.mark.django_db

ELSEWHERE = b"e" * 32


def a_code(wish: Wish | None = None) -> str:
    return begin_pairing(wish or Wish(return_to="/home"), browser=BROWSER, locksmith=a_locksmith(), at=NOON).code


def the_nonce(code: str, *, at=NOON) -> str:
    return nonce_for_agent(code, locksmith=a_locksmith(), at=at)


def a_ticket(code: str, *, authorities: AuthoritiesInMemory | None = None, at=NOON) -> str:
    token = a_token(nonce=the_nonce(code))
    return redeem_for_agent(token, code=code, verifier=a_verifier(authorities), at=at)


def finish(ticket: str, *, browser=BROWSER, at=NOON):
    return finish_pairing(ticket, browser=browser, locksmith=a_locksmith(), at=at)


def refusal_of(call, *args, **kwargs) -> EidCode:
    with pytest.raises(EidRefusedError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_a_code_has_twice_four_letters_that_nobody_mistakes():
    assert re.fullmatch(r"[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}", a_code())
    assert a_code() != a_code()


def test_an_agent_proves_the_holder_to_the_browser_that_shows_the_code():
    proof = finish(a_ticket(a_code()))

    identity = proof.identity
    assert (identity.national_number, identity.family_name, identity.given_names) == (
        ELS.national_number,
        ELS.family_name,
        ELS.given_names,
    )
    assert (identity.means, identity.level, identity.at) == (Means.EID, AssuranceLevel.EID, NOON)
    assert proof.wish == Wish(return_to="/home")


def test_the_same_nonce_is_given_as_long_as_it_is_unsigned():
    code = a_code()

    assert the_nonce(code) == the_nonce(code)


def test_the_ticket_counts_in_no_other_browser():
    ticket = a_ticket(a_code())

    assert refusal_of(finish, ticket, browser=ELSEWHERE) is EidCode.NONCE_EXPIRED
    assert finish(ticket)


def test_a_ticket_counts_once():
    ticket = a_ticket(a_code())
    finish(ticket)

    assert refusal_of(finish, ticket) is EidCode.NONCE_EXPIRED


def test_a_code_counts_once():
    code = a_code()
    token = a_token(nonce=the_nonce(code))
    redeem_for_agent(token, code=code, verifier=a_verifier(), at=NOON)

    assert refusal_of(the_nonce, code) is EidCode.PAIRING_UNKNOWN
    assert refusal_of(redeem_for_agent, token, code=code, verifier=a_verifier(), at=NOON) is EidCode.PAIRING_UNKNOWN


def test_a_code_is_used_up_by_a_card_that_proves_nobody():
    code = a_code()
    untrusted = AuthoritiesInMemory(untrusted={a_token().certificate_sha256})

    assert refusal_of(a_ticket, code, authorities=untrusted) is EidCode.CERTIFICATE_UNTRUSTED
    assert refusal_of(the_nonce, code) is EidCode.PAIRING_UNKNOWN


@pytest.mark.parametrize("code", ["AAAA-AAAA", "aaaa-aaaa", "AAAAAAAA", "", "A" * 1000, "ABCD-EFG0"])
def test_an_unknown_code_is_refused(code):
    a_code()

    assert refusal_of(the_nonce, code) is EidCode.PAIRING_UNKNOWN


def test_a_code_lasts_five_minutes():
    code = a_code()

    assert the_nonce(code, at=NOON + KeyLimits().challenge - timedelta(seconds=1))
    assert refusal_of(the_nonce, code, at=NOON + KeyLimits().challenge) is EidCode.PAIRING_UNKNOWN


def test_a_ticket_lasts_five_minutes():
    ticket = a_ticket(a_code())

    assert refusal_of(finish, ticket, at=NOON + KeyLimits().challenge) is EidCode.NONCE_EXPIRED


def test_a_nonce_is_no_ticket():
    nonce = begin_challenge(Wish(), browser=BROWSER, locksmith=a_locksmith(), at=NOON).nonce

    assert refusal_of(finish, nonce) is EidCode.PAIRING_UNKNOWN


def test_a_ticket_is_no_nonce_without_its_card():
    ticket = a_ticket(a_code())
    token = a_token(nonce="another")

    assert refusal_of(redeem_challenge, token, nonce=ticket, browser=BROWSER, verifier=a_verifier(), at=NOON) is (
        EidCode.SIGNATURE_INVALID
    )


def test_what_waits_for_an_agent_is_of_no_browser():
    code = a_code()

    assert refusal_of(finish, code) is EidCode.NONCE_EXPIRED
    assert bytes(LoginTransaction.objects.get().browser_hash) == AGENT


def test_the_table_holds_neither_code_nor_number_nor_names():
    code = a_code()
    a_ticket(code)

    held = "".join(
        str({name: bytes(v) if isinstance(v, memoryview) else v for name, v in vars(row).items()})
        for row in LoginTransaction.objects.all()
    )
    assert [told for told in (code, ELS.national_number, "Peeters") if told in held] == []
