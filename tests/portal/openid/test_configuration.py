"""The settings of itsme and eIDAS: a mistake is named with its variable."""

import pytest

from portal.environment_variables import ConfigurationError
from portal.openid_configuration import EidasConfiguration, ItsmeConfiguration, OpenIdConfiguration


def test_without_settings_no_provider_is_offered():
    assert ItsmeConfiguration.from_environment().client_id == ""
    assert EidasConfiguration.from_environment().client_id == ""


@pytest.mark.parametrize("issuer", ["http://itsme.example", "https://itsme.example/", "itsme", "https://a b"])
@pytest.mark.parametrize("name", ["GUICHET_ITSME_ISSUER", "GUICHET_EIDAS_ISSUER"])
def test_an_issuer_that_is_none_is_named(name, issuer, monkeypatch):
    monkeypatch.setenv(name, issuer)

    with pytest.raises(ConfigurationError, match=name):
        (ItsmeConfiguration if "ITSME" in name else EidasConfiguration).from_environment()


@pytest.mark.parametrize("kind", [ItsmeConfiguration, EidasConfiguration])
def test_a_level_that_the_provider_does_not_know_is_named(kind, monkeypatch):
    name = f"GUICHET_{kind.__name__.removesuffix('Configuration').upper()}_ACR"
    monkeypatch.setenv(name, "very-high")

    with pytest.raises(ConfigurationError, match=name):
        kind.from_environment()


def test_itsme_needs_a_service_code(monkeypatch):
    monkeypatch.setenv("GUICHET_ITSME_CLIENT_ID", "us")

    with pytest.raises(ConfigurationError, match="GUICHET_ITSME_SERVICE"):
        ItsmeConfiguration.from_environment()


def test_a_call_takes_at_least_a_second(monkeypatch):
    monkeypatch.setenv("GUICHET_OPENID_SECONDS", "0")

    assert OpenIdConfiguration.from_environment().seconds == 1
