"""Our keys at identity providers are made and renewed by `guichet keys`."""

from argparse import Namespace

import pytest

from auth.openid.client_keys import ClientKeys
from commands import keys
from domain.refusals import OutageError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    return tmp_path / "keys"


def test_the_first_keys_are_made_with_the_others_and_not_again(folder):
    assert "openid.json" in keys.make_missing_keys(folder)
    before = (folder / "openid.json").read_text()
    keys.make_missing_keys(folder)

    assert (folder / "openid.json").read_text() == before
    assert (folder / "openid.json").stat().st_mode & 0o077 == 0


def test_renewing_publishes_the_next_key_and_signs_with_the_former(folder, capsys):
    keys.make_missing_keys(folder)
    before = ClientKeys.read(folder / "openid.json")

    assert keys.run(Namespace(action="renew-openid")) == 0

    after = ClientKeys.read(folder / "openid.json")
    assert len(after.published()["keys"]) == 3
    assert after.signing[0].name == before.signing[0].name
    assert f"made signing key {after.signing[1].name}" in capsys.readouterr().out


def test_without_keys_there_is_nothing_to_renew(folder):
    with pytest.raises(OutageError):
        keys.run(Namespace(action="renew-openid"))
