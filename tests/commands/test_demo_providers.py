"""The demo offers itsme and eIDAS by the mock, and never beside a real provider."""

from pathlib import Path

import pytest

from commands.demo.providers import settings_of_the_mock
from commands.stack.configuration import StackConfiguration
from commands.stack.processes import MOCK_PROVIDER, PROCESSES, processes_for

HOME = Path("/somewhere")


def test_the_demo_points_both_providers_at_the_mock():
    told = settings_of_the_mock({}, HOME)

    assert told["GUICHET_MOCK_PROVIDER_PORT"] == "8444"
    assert told["GUICHET_ITSME_ISSUER"] == "https://localhost:8444/itsme/v2"
    assert told["GUICHET_EIDAS_ISSUER"] == "https://localhost:8444/eidas"
    assert told["GUICHET_OPENID_CA"] == "/somewhere/keys/authority.cert.pem"


@pytest.mark.parametrize("name", ["GUICHET_ITSME_CLIENT_ID", "GUICHET_EIDAS_CLIENT_ID"])
def test_a_real_provider_keeps_the_mock_away(name):
    assert settings_of_the_mock({name: "ours"}, HOME) == {}


def test_what_somebody_set_stays_as_he_set_it():
    told = settings_of_the_mock({"GUICHET_OPENID_CA": "own.pem"}, HOME)

    assert "GUICHET_OPENID_CA" not in told


def test_what_is_set_to_nothing_is_set_by_the_demo():
    wished = settings_of_the_mock({}, HOME)

    assert settings_of_the_mock(dict.fromkeys(wished, ""), HOME) == wished


def test_the_mock_runs_where_it_has_a_port_and_nowhere_else():
    without = StackConfiguration.from_environment({})
    with_port = StackConfiguration.from_environment({"GUICHET_MOCK_PROVIDER_PORT": "8444"})

    assert MOCK_PROVIDER not in processes_for(without)
    assert MOCK_PROVIDER in processes_for(with_port)
    assert MOCK_PROVIDER not in PROCESSES
    assert MOCK_PROVIDER.command(with_port)[3:5] == ("--port", "8444")
