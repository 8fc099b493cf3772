"""A passkey is called the same on every page and in letters, in each language."""

import re

import pytest
from django.utils import translation

from auth.letters import KEY_NAMES
from correspondence.models import OutboxMessage
from domain.assurance import Means
from domain.languages import Language
from evidence.clock import SystemClock
from portal import catalogues
from portal.pages.names import MEANS
from registers.access.account_letters import AccountLetter, write_to
from registers.persons.details import name_person, set_email
from tests.portal.people import a_person

CALLED = {Language.NL: r"passkeys?", Language.FR: r"clés? d.accès", Language.DE: r"passkeys?"}
LANGUAGES = list(CALLED)


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_every_page_calls_a_passkey_by_its_name(language: Language) -> None:
    said = [
        (str(message.id), str(message.string))
        for group in ("portal", *catalogues.groups())
        for message in catalogues.read_catalogue(catalogues.catalogue_path(group, str(language)), str(language))
    ]
    named = [translated for source, translated in said if "passkey" in source.lower()]
    assert named
    assert [text for text in named if not re.search(CALLED[language], text, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
@pytest.mark.django_db
def test_letters_call_a_passkey_as_pages_do(language: Language) -> None:
    (person, _login), now = a_person(), SystemClock().now()
    name_person(person.pk, family_name="Peeters", first_name="Els", language=language, actor="test", at=now)
    set_email(person.pk, "els@example.org", actor="test", at=now)
    write_to([person.pk], AccountLetter.PASSWORDS_OFF, occasion="switched off", at=now)
    with translation.override(str(language)):
        name = str(MEANS[Means.PASSKEY])

    assert KEY_NAMES[Means.PASSKEY][language] == name
    assert re.search(CALLED[language], OutboxMessage.objects.get().body, re.IGNORECASE)
