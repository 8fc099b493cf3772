"""`guichet applications` and the keys that sign id tokens, as an operator uses them."""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import replace

import pytest
from django.conf import settings
from joserfc.jwk import ECKey

from auth.locksmith import Locksmith
from auth.models import Application
from auth.provider.signing_keys import SigningKeyFile
from commands import keys as key_command
from commands.configuring import applications

CALLBACK = "https://selfservice.example/callback"


@pytest.fixture
def keys(tmp_path, monkeypatch):
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "signing_in.json").write_text(Locksmith.generate())
    monkeypatch.setattr(settings, "KEYS", folder)
    monkeypatch.setattr(settings, "GUICHET", replace(settings.GUICHET, home=tmp_path))
    return folder


def run(*words: str) -> int:
    parser = ArgumentParser()
    applications.add_arguments(parser)
    return applications.run(parser.parse_args(words))


@pytest.mark.django_db
def test_an_application_is_added_with_its_secret_shown_once_listed_and_withdrawn(keys, capsys):
    assert run("add", "PersoSelfService", "--redirect-uri", CALLBACK, "--tell-names") == 0
    told = capsys.readouterr().out
    row = Application.objects.get()
    assert row.client_id in told
    assert "the secret is shown this once" in told
    assert (row.least_level, row.algorithm, row.is_told_names) == (300, "RS256", True)

    assert run("list") == 0
    listed = capsys.readouterr().out
    assert (row.client_id in listed, CALLBACK in listed, "secret" in listed) == (True, True, True)

    assert run("withdraw", row.client_id) == 0
    assert run("withdraw", row.client_id) == 1
    capsys.readouterr()
    run("list")
    assert "no application sends people here" in capsys.readouterr().out


@pytest.mark.django_db
def test_an_application_with_keys_has_no_secret(keys, tmp_path, capsys):
    key = ECKey.generate_key("P-256", private=True)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))

    assert run("add", "PersoContact", "--redirect-uri", CALLBACK, "--keys", str(tmp_path / "jwks.json")) == 0
    assert "private_key_jwt" in capsys.readouterr().out
    assert Application.objects.get().secret_hash is None


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "[]", '{"keys": []}'])
def test_a_file_without_keys_registers_nothing(keys, tmp_path, capsys, content: str):
    (tmp_path / "jwks.json").write_text(content)
    assert run("add", "PersoContact", "--redirect-uri", CALLBACK, "--keys", str(tmp_path / "jwks.json")) == 1
    assert capsys.readouterr().err
    assert not Application.objects.exists()


@pytest.mark.django_db
def test_an_address_that_is_none_is_refused_with_what_to_give(keys, capsys):
    assert run("add", "PersoContact", "--redirect-uri", "http://contact.example/callback") == 1
    assert "Give the whole https address" in capsys.readouterr().err


def test_signing_keys_are_made_with_the_others_and_renewed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    folder = tmp_path / "keys"
    assert "provider.json" in key_command.make_missing_keys(folder)
    before = SigningKeyFile(folder / "provider.json").current()

    assert key_command.run(Namespace(action="renew-provider")) == 0

    after = SigningKeyFile(folder / "provider.json").current()
    assert len(after.keys) == 4
    assert after.keys[:2] == before.keys
    assert f"made ES256 key {after.keys[3].name}" in capsys.readouterr().out
