"""Letters about a company's account say which counter it is, in the language of whoever reads them."""

from datetime import UTC, date, datetime

import pytest

from auth.letters import ADDRESS_LETTER
from correspondence.models import OutboxMessage
from domain.environments import Environment
from domain.languages import Language
from registers.access.account_letters import AccountLetter, write_to
from registers.persons.details import create_person, name_person, set_email

NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)
NAMELESS = ("portaal", "portail", "Portal", "portal")


@pytest.mark.django_db
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("letter", AccountLetter)
def test_a_letter_names_the_counter_at_which_something_is_to_be_done(letter: AccountLetter, language: Language):
    person = create_person(Environment.PRODUCTION, at=NOON)
    name_person(person, family_name="Peeters", first_name="An", language=language, actor="test", at=NOON)
    set_email(person, "an@example.be", actor="test", at=NOON)
    assert write_to([person], letter, occasion="told", at=NOON, values={"date": date(2026, 12, 27)}) == 1
    body = OutboxMessage.objects.get().body
    assert "Guichet" in body
    assert not any(word in body for word in NAMELESS)


@pytest.mark.parametrize("language", Language)
def test_the_letter_with_the_code_for_an_address_names_it_too(language: Language):
    _subject, body = ADDRESS_LETTER[language]
    assert "Guichet" in body
