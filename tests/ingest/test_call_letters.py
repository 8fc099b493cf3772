"""What is written of a video call, in four languages, and to who has no key when he is asked or refused."""

from string import Template

import pytest

from domain.assurance import Means
from domain.languages import Language
from ingest.call_letters import BY_LINK, BY_TELEPHONE, MOVED, NOT_NEEDED, PROPOSED, WITHDRAWN
from ingest.identity_letters import RECEIVED, letters_for

KEY = {
    Language.NL: "digitale sleutel",
    Language.FR: "clé numérique",
    Language.DE: "digitalen Schlüssel",
    Language.EN: "digital key",
}


@pytest.mark.parametrize("language", Language)
def test_every_letter_of_a_call_tells_when_and_whom_to_call(language: Language):
    for letters in (PROPOSED, MOVED, WITHDRAWN):
        subject, body = letters[language]
        assert subject
        told = Template(body).substitute(when="<when>", how="<how>", phone="<phone>")
        assert "<when>" in told
        assert "<phone>" in told
    for letters in (PROPOSED, MOVED):
        assert "$how" in letters[language][1]
    assert "$when" in NOT_NEEDED[language]
    assert "$place" in BY_LINK[language]
    assert "$place" in BY_TELEPHONE[language]


@pytest.mark.parametrize("language", Language)
def test_the_letter_that_confirms_a_request_names_the_counter_and_whom_to_call(language: Language):
    subject, body = RECEIVED[language]
    assert "Guichet" in subject
    assert "<phone>" in Template(body).substitute(phone="<phone>")


@pytest.mark.parametrize("language", Language)
def test_who_asked_for_a_call_is_told_of_no_key_that_he_has(language: Language):
    of_call, of_key = letters_for(Means.EMAIL_CODE), letters_for(Means.EIDAS)

    assert KEY[language] in of_key.refused[language][1]
    for letters in (of_call.refused, of_call.asked):
        assert KEY[language] not in letters[language][1]
    assert letters_for(Means.ITSME) == of_key


@pytest.mark.parametrize("language", Language)
def test_who_is_to_call_is_told_when_somebody_answers(language: Language):
    assert "$phone, " in letters_for(Means.EIDAS).asked[language][1]
    assert "$hours. " in letters_for(Means.EIDAS).asked[language][1]
