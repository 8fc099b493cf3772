"""Everything that a provider, a network or a thief can do wrong, one thing each, before the running mock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auth.openid.client import LevelNotOfferedError, Wish
from auth.openid.client_keys import ClientKeys, generate_key
from auth.openid.faults import OpenIdFault, OpenIdRefused, ProviderOutage, ProviderTrouble
from auth.openid.outcomes import Cancelled, Identified, IdentityPending
from auth.openid.profiles import EIDAS_SUBSTANTIAL, ITSME_BASIC
from auth.openid.transport import HttpTransport, trusting
from commands.mock_identity_provider.faults import Fault
from commands.mock_identity_provider.flavours import EIDAS, ITSME
from domain.assurance import AssuranceLevel, Means
from tests.auth.openid.mock_bench import BROWSER, OTHER_BROWSER, WISH, MockBench, now

REFUSED = {
    Fault.OTHER_STATE: OpenIdFault.STATE_UNKNOWN,
    Fault.NO_STATE: OpenIdFault.ANSWER_MALFORMED,
    Fault.OTHER_ISSUER: OpenIdFault.ISSUER_OF_ANSWER,
    Fault.NO_ISSUER: OpenIdFault.ISSUER_OF_ANSWER,
    Fault.NO_CODE: OpenIdFault.ANSWER_MALFORMED,
    Fault.LOGIN_REQUIRED: OpenIdFault.PROVIDER_ERROR,
    Fault.INTERACTION_REQUIRED: OpenIdFault.PROVIDER_ERROR,
    Fault.UNHEARD_OF: OpenIdFault.PROVIDER_ERROR,
    Fault.CODE_USED: OpenIdFault.CODE_REFUSED,
    Fault.UNIDENTIFIED: OpenIdFault.TOKEN_MALFORMED,
    Fault.ISSUER: OpenIdFault.ISSUER_WRONG,
    Fault.AUDIENCE: OpenIdFault.AUDIENCE_WRONG,
    Fault.MORE_AUDIENCES: OpenIdFault.AUDIENCE_WRONG,
    Fault.PARTY: OpenIdFault.PARTY_WRONG,
    Fault.EXPIRED: OpenIdFault.EXPIRED,
    Fault.FUTURE: OpenIdFault.ISSUED_IN_FUTURE,
    Fault.OLD: OpenIdFault.ISSUED_LONG_AGO,
    Fault.PROVEN_LONG_AGO: OpenIdFault.PROVEN_LONG_AGO,
    Fault.PROVEN_LATER: OpenIdFault.ISSUED_IN_FUTURE,
    Fault.NO_EXPIRY: OpenIdFault.TOKEN_MALFORMED,
    Fault.NONCE: OpenIdFault.NONCE_WRONG,
    Fault.NO_NONCE: OpenIdFault.NONCE_WRONG,
    Fault.LEVEL_LOW: OpenIdFault.LEVEL_TOO_LOW,
    Fault.LEVEL_UNKNOWN: OpenIdFault.LEVEL_UNKNOWN,
    Fault.NO_LEVEL: OpenIdFault.LEVEL_UNKNOWN,
    Fault.NO_SUBJECT: OpenIdFault.SUBJECT_MISSING,
    Fault.ACCESS_HASH: OpenIdFault.ACCESS_TOKEN_HASH_WRONG,
    Fault.ALG_NONE: OpenIdFault.ALGORITHM_REFUSED,
    Fault.ALG_HS256: OpenIdFault.ALGORITHM_REFUSED,
    Fault.ALG_RS512: OpenIdFault.ALGORITHM_REFUSED,
    Fault.KEY_UNKNOWN: OpenIdFault.KEY_UNKNOWN,
    Fault.KEY_ELSEWHERE: OpenIdFault.SIGNATURE_WRONG,
    Fault.NO_KEY_NAME: OpenIdFault.KEY_UNKNOWN,
    Fault.SIGNATURE: OpenIdFault.SIGNATURE_WRONG,
    Fault.NUMBER_WRONG: OpenIdFault.NUMBER_WRONG,
}
REFUSED_OF_ITSME = REFUSED | {
    Fault.NOT_ENCRYPTED: OpenIdFault.TOKEN_NOT_ENCRYPTED,
    Fault.INNER_UNSIGNED: OpenIdFault.TOKEN_NOT_SIGNED,
    Fault.OTHER_RECIPIENT: OpenIdFault.DECRYPTION_FAILED,
    Fault.WEAK_ENCRYPTION: OpenIdFault.ENCRYPTION_REFUSED,
    Fault.COMPRESSED: OpenIdFault.ENCRYPTION_REFUSED,
}
REFUSED_OF_EIDAS = REFUSED | {
    Fault.PROOF_UNDATED: OpenIdFault.PROOF_UNDATED,
    Fault.IDENTIFIER_WRONG: OpenIdFault.IDENTIFIER_WRONG,
    Fault.USER_INFO_OTHER: OpenIdFault.SUBJECT_OF_USER_INFO,
}
OUTAGES = {
    Fault.INVALID_REQUEST: ProviderTrouble.REQUEST_REFUSED,
    Fault.INVALID_SCOPE: ProviderTrouble.REQUEST_REFUSED,
    Fault.TEMPORARILY_UNAVAILABLE: ProviderTrouble.UNAVAILABLE,
    Fault.SERVER_ERROR: ProviderTrouble.UNAVAILABLE,
    Fault.CLIENT_REFUSED: ProviderTrouble.CLIENT_REFUSED,
    Fault.EXCHANGE_500: ProviderTrouble.STATUS,
    Fault.EXCHANGE_SLOW: ProviderTrouble.TOO_SLOW,
    Fault.EXCHANGE_SILENT: ProviderTrouble.TOO_SLOW,
    Fault.EXCHANGE_HUGE: ProviderTrouble.TOO_LARGE,
    Fault.EXCHANGE_NOT_JSON: ProviderTrouble.NOT_JSON,
    Fault.EXCHANGE_ELSEWHERE: ProviderTrouble.STATUS,
}
OUTAGES_OF_EIDAS = {Fault.USER_INFO_500: ProviderTrouble.STATUS}
HARMLESS = {Fault.KEY_NEW, Fault.NEW_SUBJECT, Fault.PROVEN_BEFORE}


def named(value: object) -> str:
    return getattr(value, "name", str(value))


def test_every_fault_of_the_mock_is_judged_in_a_table() -> None:
    told = set(REFUSED_OF_ITSME) | set(REFUSED_OF_EIDAS) | set(OUTAGES) | set(OUTAGES_OF_EIDAS) | HARMLESS
    assert told == set(Fault)


@pytest.mark.parametrize(("fault", "expected"), REFUSED_OF_ITSME.items(), ids=named)
def test_an_answer_of_itsme_with_one_fault_proves_nobody(itsme: MockBench, fault, expected) -> None:
    with pytest.raises(OpenIdRefused) as refused:
        itsme.sign_in(fault)

    assert refused.value.fault is expected


@pytest.mark.parametrize(("fault", "expected"), REFUSED_OF_EIDAS.items(), ids=named)
def test_an_answer_of_eidas_with_one_fault_proves_nobody(eidas: MockBench, fault, expected) -> None:
    wish = replace(WISH, level=AssuranceLevel(400))
    with pytest.raises(OpenIdRefused) as refused:
        eidas.sign_in(fault, wish=wish)

    assert refused.value.fault is expected


@pytest.mark.parametrize(("fault", "expected"), OUTAGES.items(), ids=named)
def test_a_provider_that_does_not_work_is_an_outage(itsme: MockBench, fault, expected) -> None:
    with pytest.raises(ProviderOutage) as outage:
        itsme.sign_in(fault)

    assert outage.value.trouble is expected


@pytest.mark.parametrize(("fault", "expected"), OUTAGES_OF_EIDAS.items(), ids=named)
def test_a_provider_that_does_not_tell_who_it_is_about_is_an_outage(eidas: MockBench, fault, expected) -> None:
    with pytest.raises(ProviderOutage) as outage:
        eidas.sign_in(fault)

    assert outage.value.trouble is expected


def test_itsme_proves_a_national_number_at_level_450(itsme: MockBench) -> None:
    outcome = itsme.sign_in(person="an")

    assert isinstance(outcome, Identified)
    assert outcome.identity.means is Means.ITSME
    assert outcome.identity.level == 450
    assert outcome.identity.national_number == ITSME.find_person("an").national_number
    assert (outcome.identity.given_names, outcome.identity.family_name) == ("An", "Peeters")
    assert outcome.identity.birth_date.isoformat() == "1985-07-30"
    assert outcome.identity.subject == (itsme.client.profile.issuer, "mock-an")
    assert outcome.attempt.return_to == "/student-days"


def test_eidas_proves_a_number_that_belgium_knows(eidas: MockBench) -> None:
    outcome = eidas.sign_in(person="marie")

    assert isinstance(outcome, Identified)
    assert outcome.identity.national_number == EIDAS.find_person("marie").national_number
    assert outcome.identity.eidas_identifier is None


def test_eidas_without_a_number_proves_an_identifier_that_is_pending_until_matched(eidas: MockBench) -> None:
    outcome = eidas.sign_in(person="jan")

    assert isinstance(outcome, Identified)
    assert outcome.identity.eidas_identifier == "PL/BE/94010812345"
    pending = IdentityPending.of(outcome)
    assert (pending.eidas_identifier, pending.family_name) == ("PL/BE/94010812345", "Kowalski")


def test_a_number_leaves_nothing_pending(itsme: MockBench) -> None:
    with pytest.raises(ValueError, match="nothing to be matched"):
        IdentityPending.of(itsme.sign_in(person="an"))


def test_a_foreign_itsme_account_is_pending(itsme: MockBench) -> None:
    outcome = itsme.sign_in(person="tom")

    assert (outcome.identity.national_number, outcome.identity.eidas_identifier) == (None, None)
    pending = IdentityPending.of(outcome)
    assert pending.subject == (itsme.client.profile.issuer, "mock-tom")
    assert pending.identifier == outcome.identity.identifier == f"{itsme.client.profile.issuer} mock-tom"


@pytest.mark.parametrize(
    ("loa", "level"),
    [("low", 200), ("substantial", 400), ("high", 450)],
)
def test_the_level_of_eidas_is_what_the_node_asserts(eidas: MockBench, loa, level) -> None:
    bench = eidas.with_profile(least="http://eidas.europa.eu/LoA/low")

    outcome = bench.sign_in(acr=f"http://eidas.europa.eu/LoA/{loa}")

    assert outcome.identity.level == level


def test_a_stronger_level_than_asked_for_is_taken(eidas: MockBench) -> None:
    assert eidas.sign_in(acr="http://eidas.europa.eu/LoA/high").identity.level == 450


def test_a_wish_for_more_asks_for_more(eidas: MockBench) -> None:
    with pytest.raises(OpenIdRefused) as refused:
        eidas.sign_in(wish=replace(WISH, level=AssuranceLevel(450)), acr=EIDAS_SUBSTANTIAL)

    assert refused.value.fault is OpenIdFault.LEVEL_TOO_LOW


def test_a_level_that_a_provider_never_reaches_is_told_before_anybody_is_sent_away(itsme: MockBench) -> None:
    with pytest.raises(LevelNotOfferedError):
        itsme.go(wish=replace(WISH, level=AssuranceLevel(500)))

    assert itsme.attempts.kept == {}


def test_a_fingerprint_is_enough_for_itsme_where_the_setting_says_so(itsme: MockBench) -> None:
    bench = itsme.with_profile(least=ITSME_BASIC)

    assert isinstance(bench.sign_in(), Identified)


@pytest.mark.parametrize("what", ["refuse", "time-out"])
def test_who_refuses_or_waits_too_long_has_cancelled(itsme: MockBench, what) -> None:
    assert isinstance(itsme.sign_in(what=what), Cancelled)


def test_itsme_need_not_tell_when_it_asked(itsme: MockBench) -> None:
    """It asks each time, and its documents promise no such claim."""
    assert isinstance(itsme.sign_in(Fault.PROOF_UNDATED), Identified)


def test_a_provider_that_may_remember_somebody_is_asked_not_to(eidas: MockBench) -> None:
    assert "&prompt=login&max_age=300" in eidas.go()


def test_somebody_was_proven_when_the_provider_asked_and_not_when_it_tells(eidas: MockBench) -> None:
    before = now()

    identity = eidas.sign_in(Fault.PROVEN_BEFORE).identity

    assert before - timedelta(minutes=4) <= identity.at <= now() - timedelta(minutes=4)


def test_a_key_published_this_moment_is_found_by_another_look(itsme: MockBench) -> None:
    itsme.sign_in()

    assert isinstance(itsme.sign_in(Fault.KEY_NEW), Identified)


def test_another_subject_for_the_same_number_is_the_same_person(itsme: MockBench) -> None:
    before, after = itsme.sign_in(), itsme.sign_in(Fault.NEW_SUBJECT)

    assert before.identity.national_number == after.identity.national_number
    assert before.identity.subject != after.identity.subject


def test_an_answer_counts_once(itsme: MockBench) -> None:
    answer = itsme.choose(itsme.go())
    itsme.finish(answer)

    with pytest.raises(OpenIdRefused) as refused:
        itsme.finish(answer)

    assert refused.value.fault is OpenIdFault.STATE_USED


def test_a_code_does_not_count_in_another_login(itsme: MockBench) -> None:
    """PKCE: the code of one login does not fit the verifier of another, whoever brings it."""
    stolen = itsme.choose(itsme.go())
    own = itsme.choose(itsme.go())

    with pytest.raises(OpenIdRefused) as refused:
        itsme.finish(own | {"code": stolen["code"]})

    assert refused.value.fault is OpenIdFault.CODE_REFUSED


def test_an_answer_in_another_browser_counts_for_nothing_and_uses_nothing_up(itsme: MockBench) -> None:
    answer = itsme.choose(itsme.go())

    with pytest.raises(OpenIdRefused) as refused:
        itsme.client.finish(answer, browser=OTHER_BROWSER, at=now())

    assert refused.value.fault is OpenIdFault.STATE_OF_OTHER_BROWSER
    assert isinstance(itsme.finish(answer), Identified)


def test_an_answer_that_took_ten_minutes_is_too_late(itsme: MockBench) -> None:
    begun = now() - timedelta(minutes=10)
    answer = itsme.choose(itsme.go(at=begun))

    with pytest.raises(OpenIdRefused) as refused:
        itsme.finish(answer, at=begun + timedelta(minutes=10))

    assert refused.value.fault is OpenIdFault.STATE_EXPIRED


def test_an_answer_of_one_provider_does_not_count_at_the_other(itsme: MockBench, eidas: MockBench) -> None:
    answer = itsme.choose(itsme.go())
    mixed = replace(eidas.client, attempts=itsme.attempts)

    with pytest.raises(OpenIdRefused) as refused:
        mixed.finish(answer, browser=BROWSER, at=now())

    assert refused.value.fault is OpenIdFault.STATE_OF_OTHER_PROVIDER


def test_a_provider_that_is_not_there_is_an_outage(itsme: MockBench) -> None:
    bench = itsme.with_profile(issuer="https://localhost:1/itsme/v2")
    documents = replace(
        bench.client, documents=type(bench.client.documents)(bench.client.profile.issuer, bench.client.transport)
    )

    with pytest.raises(ProviderOutage) as outage:
        documents.begin(WISH, browser=BROWSER, at=now())

    assert outage.value.trouble is ProviderTrouble.UNREACHABLE


def test_a_provider_with_a_certificate_of_nobody_we_trust_is_an_outage(itsme: MockBench) -> None:
    transport = HttpTransport(trusting(""), seconds=1)
    distrusting = replace(
        itsme.client,
        documents=type(itsme.client.documents)(itsme.client.profile.issuer, transport),
        transport=transport,
    )

    with pytest.raises(ProviderOutage) as outage:
        distrusting.begin(WISH, browser=BROWSER, at=now())

    transport.close()
    assert outage.value.trouble is ProviderTrouble.UNREACHABLE


def test_a_provider_that_does_not_know_our_key_is_an_outage(itsme: MockBench) -> None:
    strangers = ClientKeys.make(generate_key, at=now())
    answer = itsme.choose(itsme.go())

    with pytest.raises(ProviderOutage) as outage:
        replace(itsme.client, keys=lambda: strangers).finish(answer, browser=BROWSER, at=now())

    assert outage.value.trouble is ProviderTrouble.CLIENT_REFUSED


def test_what_is_sent_away_holds_everything_that_is_promised(itsme: MockBench) -> None:
    address = itsme.go(wish=Wish("STEP_UP", "/", WISH.language, login_id=7))

    for parameter in ("state=", "nonce=", "code_challenge_method=S256", "ui_locales=nl", "claims=", "acr_values="):
        assert parameter in address
    assert "prompt=" not in address
    assert "max_age=" not in address
