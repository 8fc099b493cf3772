"""`guichet identities`: an operator matches who came from abroad with the person of a number."""

import io
from argparse import ArgumentParser
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import settings

from auth.locksmith import Locksmith
from auth.models import MatchState, PendingIdentity
from auth.openid.matching import Reach, ask_to_be_matched
from commands.configuring import identities
from correspondence.models import OutboxMessage
from domain.assurance import Means
from domain.environments import Environment
from domain.languages import Language
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.auth.openid.test_matching import JAN

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NUMBER = "85073003328"

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(tmp_path, monkeypatch):
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "signing_in.json").write_text(Locksmith.generate())
    (folder / "persons.json").write_text(PersonKeys.generate())
    monkeypatch.setattr(settings, "GUICHET", replace(settings.GUICHET, home=tmp_path))
    return folder


@pytest.fixture
def waiting(keys) -> int:
    return ask(keys)


def ask(keys, pending=JAN) -> int:
    locksmith = Locksmith.read(keys / "signing_in.json")
    reach = Reach("jan@example.com", "+48123456789")
    return ask_to_be_matched(pending, reach, language=Language.DE, locksmith=locksmith, at=NOON)


def run(*words: str) -> int:
    parser = ArgumentParser()
    identities.add_arguments(parser)
    return identities.run(parser.parse_args(words))


def directory(keys) -> PersonDirectory:
    return PersonDirectory(PersonKeys.read(keys / "persons.json"), environment=Environment.PRODUCTION)


def give(monkeypatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_the_list_names_nobody(waiting, capsys):
    assert run("list") == 0

    told = capsys.readouterr().out
    assert f"{waiting}" in told
    assert "EIDAS" in told
    assert "Kowalski" not in told


def test_one_is_shown_with_how_he_is_reached(waiting, capsys):
    assert run("show", str(waiting)) == 0

    told = capsys.readouterr().out
    for line in (
        "family name: Kowalski",
        "identifier: PL/BE/94010812345",
        "e-mail: jan@example.com",
        "born: 1994-01-08",
    ):
        assert line in told


def test_what_tells_a_call_from_others_is_shown_as_no_identifier(keys, capsys):
    told = ("a call", "jan@example.com kowalski jan 1994-01-08")
    identity = ask(keys, replace(JAN, means=Means.EMAIL_CODE, eidas_identifier=None, subject=told))

    assert run("show", str(identity)) == 0
    shown = capsys.readouterr().out
    assert "e-mail: jan@example.com\n" in shown
    assert "identifier" not in shown


def test_a_match_lets_the_identity_find_the_person_and_tells_him(keys, waiting, capsys, monkeypatch):
    give(monkeypatch, f"{NUMBER}\n")

    assert run("match", str(waiting)) == 0

    found = directory(keys).find([NUMBER, JAN.identifier])
    assert found[NUMBER] == found[JAN.identifier]
    assert PendingIdentity.objects.get().state == MatchState.MATCHED
    letter = OutboxMessage.objects.get()
    assert (letter.recipient, letter.subject) == ("jan@example.com", "Sie können sich jetzt anmelden")
    assert NUMBER not in capsys.readouterr().out + letter.body


def test_who_asked_for_a_call_is_matched_where_his_document_is_noted_and_not_here(keys, capsys, monkeypatch):
    identity = ask(keys, replace(JAN, means=Means.EMAIL_CODE))
    give(monkeypatch, NUMBER)

    assert run("match", str(identity)) == 1
    assert "A registration officer notes the document" in capsys.readouterr().err
    assert PendingIdentity.objects.get().state == MatchState.WAITING


def test_an_unsound_number_matches_nobody(waiting, capsys, monkeypatch):
    give(monkeypatch, "85073003300")

    assert run("match", str(waiting)) == 1
    assert "check digits" in capsys.readouterr().err
    assert PendingIdentity.objects.get().state == MatchState.WAITING


def test_an_identity_that_finds_somebody_already_is_not_given_to_another(keys, waiting, capsys, monkeypatch):
    other = "72021115175"
    person_id = directory(keys).find_or_create([other], at=NOON)[other]
    directory(keys).add_identity(JAN.identifier, person_id=person_id, at=NOON)
    give(monkeypatch, NUMBER)

    assert run("match", str(waiting)) == 1
    assert "belongs to somebody already" in capsys.readouterr().err
    assert not OutboxMessage.objects.exists()


def test_who_cannot_be_matched_is_refused_and_forgotten(waiting):
    assert run("refuse", str(waiting)) == 0
    assert PendingIdentity.objects.get().sealed is None


@pytest.mark.parametrize("action", ["show", "match", "refuse"])
def test_where_nobody_waits_nothing_is_done(keys, action, capsys, monkeypatch):
    give(monkeypatch, NUMBER)

    assert run(action, "7") == 1
    assert "Nobody waits under this number." in capsys.readouterr().err
