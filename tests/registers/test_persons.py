"""National numbers are found by a keyed index and read only with the key."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.environments import Environment
from domain.refusals import OutageError
from registers.persons.models import Person, PersonIdentifier
from registers.persons.numbers import PersonDirectory, PersonKeys

NOW = datetime(2026, 7, 1, tzinfo=UTC)
NUMBER = "05071400153"


@pytest.fixture
def directory(db: None, keys: PersonKeys) -> PersonDirectory:
    return PersonDirectory(keys, environment=Environment.PRODUCTION)


def test_a_person_is_made_once_and_found_again(directory: PersonDirectory):
    made = directory.find_or_create([NUMBER], at=NOW)

    assert directory.find_or_create([NUMBER], at=NOW) == made == directory.find([NUMBER])
    assert Person.objects.count() == 1


def test_the_number_does_not_stand_in_the_table(directory: PersonDirectory):
    directory.find_or_create([NUMBER], at=NOW)

    row = PersonIdentifier.objects.get()
    assert NUMBER.encode() not in bytes(row.ciphertext) + bytes(row.lookup)


def test_the_number_is_read_with_its_key_and_environment_alone(directory: PersonDirectory, keys: PersonKeys):
    directory.find_or_create([NUMBER], at=NOW)
    row = PersonIdentifier.objects.get()
    ciphertext = bytes(row.ciphertext)

    assert keys.decrypt(ciphertext, key_id=row.key_id, environment=Environment.PRODUCTION) == NUMBER
    with pytest.raises(OutageError):
        keys.decrypt(ciphertext, key_id=row.key_id, environment=Environment.TEST)
    with pytest.raises(OutageError):
        keys.decrypt(ciphertext, key_id="lost", environment=Environment.PRODUCTION)


def test_environments_do_not_share_persons(directory: PersonDirectory, keys: PersonKeys):
    directory.find_or_create([NUMBER], at=NOW)

    assert PersonDirectory(keys, environment=Environment.TEST).find([NUMBER]) == {}


def test_keys_that_cannot_be_read_are_an_outage(tmp_path):
    with pytest.raises(OutageError, match="persons"):
        PersonKeys.read(tmp_path / "persons.json")


_KEY = "A" * 43 + "="


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "{}",
        "[]",
        '{"current": "k1", "encryption": [], "index": ""}',
        f'{{"current": "k2", "encryption": {{"k1": "{_KEY}"}}, "index": "{_KEY}"}}',
        f'{{"current": "k1", "encryption": {{"k1": "AAAA"}}, "index": "{_KEY}"}}',
        f'{{"current": "k1", "encryption": {{"k1": "{_KEY}"}}, "index": ""}}',
    ],
)
def test_keys_that_are_not_there_are_told_with_a_next_step(tmp_path: Path, content: str | None):
    path = tmp_path / "persons.json"
    if content is not None:
        path.write_text(content, encoding="ascii")
    with pytest.raises(OutageError, match=r"Put back the copy in your backup.*`guichet keys`") as trouble:
        PersonKeys.read(path)

    assert str(path) in str(trouble.value)


def test_keys_that_may_not_be_read_are_told_with_a_next_step(tmp_path: Path):
    with pytest.raises(OutageError, match=r"Is a directory.*Let the account"):
        PersonKeys.read(tmp_path)
