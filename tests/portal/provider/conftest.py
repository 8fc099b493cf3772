"""Applications that are registered, and somebody's browser that they send here."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from joserfc.jwk import ECKey

from auth.models import TokenAlgorithm
from auth.provider.applications import Registration, add_application
from auth.provider.signing_keys import SigningKeys
from domain.assurance import AssuranceLevel, Means
from domain.languages import Language
from evidence.clock import SystemClock
from portal import provider
from portal.key_desk import key_desk
from registers.persons.details import name_person
from tests.portal.people import a_person, a_stay
from tests.portal.provider.relying_party import CALLBACK, RelyingParty

WANTED = {
    "name": "PersoSelfService",
    "redirect_uris": (CALLBACK,),
    "least_level": AssuranceLevel.TOKEN_CARD,
    "algorithm": TokenAlgorithm.RS256,
    "is_told_names": True,
    "keys": None,
}


def register(**deviation: object) -> RelyingParty:
    registered = add_application(
        Registration(**(WANTED | deviation)),
        locksmith=key_desk().locksmith,
        randomness=os.urandom,
        actor="test",
        at=SystemClock().now(),
    )
    return RelyingParty(registered.application.client_id, registered.secret)


def register_with_key(**deviation: object) -> RelyingParty:
    key = ECKey.generate_key("P-256", private=True)
    party = register(keys={"keys": [key.as_dict(private=False)]}, **deviation)
    party.key = key
    return party


@pytest.fixture
def provider_keys(desk) -> Iterator[None]:
    path = settings.KEYS / "provider.json"
    if not path.exists():
        path.write_text(SigningKeys.make(at=SystemClock().now()).render(), encoding="ascii")
    provider._file.cache_clear()
    yield
    provider._file.cache_clear()


@pytest.fixture
def party(provider_keys: None) -> RelyingParty:
    return register()


def somebody(
    user_name: str = "els.peeters", *, level: AssuranceLevel = AssuranceLevel.EID, means: Means = Means.EID
) -> Client:
    """Return the browser of somebody who is signed in."""
    person, login = a_person(user_name)
    name_person(
        person.pk, family_name="Peeters", first_name="Els", language=Language.NL, actor="test", at=SystemClock().now()
    )
    return carrying(str(a_stay(login, level=level, means=means).session_key))


def carrying(session_id: str) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = session_id
    return browser


@pytest.fixture
def browser(party: RelyingParty) -> Client:
    return somebody()


def code_for(browser: Client, party: RelyingParty, **deviation: str | None) -> str:
    answer = browser.get(party.address(**deviation), secure=True)
    return party.came_back(answer["Location"])["code"]
