"""Limits on attempts are read from words; a mistake is told with the variable's name."""

from datetime import timedelta

import pytest

from domain.sign_in_limits import Rate, Scope
from portal.environment_variables import ConfigurationError
from portal.session_configuration import SessionConfiguration

NAME = "GUICHET_SESSION_ATTEMPTS"


def test_limits_on_attempts_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "login.user=3/60 code.user=5/300,20/3600")
    read = SessionConfiguration.from_environment().attempts

    assert read[Scope.LOGIN_USER] == (Rate(3, timedelta(minutes=1)),)
    assert read[Scope.CODE_USER] == (Rate(5, timedelta(minutes=5)), Rate(20, timedelta(hours=1)))
    assert Scope.LOGIN_ALL not in read


@pytest.mark.parametrize("text", ["login.user", "login.user=", "login.user=3", "login.user=3/x", "door.user=3/60"])
def test_a_word_that_says_no_limit_is_a_mistake_that_is_named(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ConfigurationError, match=NAME):
        SessionConfiguration.from_environment()


def test_the_end_of_a_stay_is_told_before_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_SESSION_WARNING_MINUTES", "30")
    assert SessionConfiguration.from_environment().limits.warned_after == timedelta(minutes=19)
