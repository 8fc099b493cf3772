"""A list of passwords that leaked: each of its lines is found, whatever lies around it, and nothing else."""

import hashlib
from pathlib import Path

import pytest

from auth.leaked_passwords import LeakedPasswords
from auth.password_policy import PasswordFault, PasswordRefusedError, require_good_password
from domain.refusals import OutageError
from portal.environment_variables import ConfigurationError
from portal.people_configuration import KeyConfiguration
from tests.auth.builders import GOOD, a_desk, a_login_with_password

WORDS = [f"word-{number}" for number in range(50)]


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def a_list(folder: Path, *passwords: str, counts: str = ":3", end: str = "\n") -> LeakedPasswords:
    path = folder / "leaked.txt"
    path.write_text(end.join(sorted(digest(password) + counts for password in passwords)), encoding="ascii")
    return LeakedPasswords(path)


@pytest.mark.parametrize("counts", ["", ":3", ":52256179"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("how_many", [0, 1, 2, 3, 50])
def test_each_password_of_a_list_is_found_and_no_other(tmp_path: Path, counts: str, end: str, how_many: int):
    leaked = a_list(tmp_path, *WORDS[:how_many], counts=counts, end=end)

    assert [word for word in WORDS if leaked.holds(word)] == WORDS[:how_many]
    assert not leaked.holds("\ud800")


@pytest.mark.django_db
def test_a_password_that_leaked_is_not_taken(tmp_path: Path):
    with pytest.raises(PasswordRefusedError) as refused:
        a_login_with_password(a_desk(is_leaked=a_list(tmp_path, GOOD).holds))

    assert refused.value.faults == (PasswordFault.COMMON,)
    assert a_login_with_password(a_desk(is_leaked=a_list(tmp_path, "another").holds), "jan")


def test_what_is_refused_anyway_is_looked_up_nowhere():
    with pytest.raises(PasswordRefusedError):
        require_good_password("short", repeated="short", is_leaked=lambda _: pytest.fail("looked up"))


@pytest.mark.parametrize("content", [None, "no digest\n"])
def test_a_list_that_cannot_be_used_is_our_trouble(tmp_path: Path, content: str | None):
    path = tmp_path / "leaked.txt"
    if content is not None:
        path.write_text(content)

    with pytest.raises(OutageError, match="leaked"):
        LeakedPasswords(path).holds(GOOD)


def test_a_setting_that_names_no_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUICHET_KEYS_LEAKED_PASSWORDS", str(tmp_path / "missing"))
    with pytest.raises(ConfigurationError, match="GUICHET_KEYS_LEAKED_PASSWORDS"):
        KeyConfiguration.from_environment()
