"""The mock identity provider as its own process, and as a browser and a strict client see it."""

import signal
import ssl
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from commands import mock_identity_provider
from commands.keys import make_missing_keys
from commands.mock_identity_provider.faults import Fault
from commands.mock_identity_provider.flavours import FLAVOURS, ITSME, SERVICE
from commands.mock_identity_provider.people import EIDAS_PEOPLE, ITSME_PEOPLE
from domain.identifiers import is_insz
from tests.door.conftest import REPOSITORY, free_port

CLIENT_URL = "https://portal.example"
REQUEST = {
    "response_type": "code",
    "client_id": "guichet-demo",
    "redirect_uri": f"{CLIENT_URL}/login/itsme/callback",
    "scope": f"openid service:{SERVICE} profile eid",
    "state": "s" * 43,
    "nonce": "n" * 43,
    "code_challenge": "c" * 43,
    "code_challenge_method": "S256",
    "acr_values": ITSME.levels[1],
    "ui_locales": "fr",
    "claims": '{"id_token":{"family_name":null}}',
}


@dataclass
class Running:
    process: subprocess.Popen[str]
    http: httpx.Client
    greeting: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("mock-home")
    make_missing_keys(home / "keys")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "commands", "mock-identity-provider", "--port", str(port), "--client-url", CLIENT_URL],
        cwd=REPOSITORY,
        env={"PATH": "", "GUICHET_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    greeting = process.stdout.readline()
    context = ssl.create_default_context(cafile=str(home / "keys" / "authority.cert.pem"))
    with httpx.Client(base_url=f"https://localhost:{port}", verify=context, timeout=10) as http:
        yield Running(process, http, greeting)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    process.stdout.close()


def ask(running: Running, **deviation: str | None) -> httpx.Response:
    query = {name: value for name, value in (REQUEST | deviation).items() if value is not None}
    return running.http.get(f"{ITSME.path}/authorization", params=query)


def test_it_says_that_it_is_a_mock(running: Running):
    assert running.greeting.startswith("MOCK identity provider for https://portal.example at https://localhost:")
    for page in (running.http.get("/"), ask(running), running.http.get("/nothing")):
        assert "MOCK identity provider, for demos and tests only" in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_it_publishes_what_a_client_needs(running: Running, flavour):
    told = running.http.get(f"{flavour.path}/.well-known/openid-configuration").json()
    keys = running.http.get(told["jwks_uri"]).json()["keys"]

    assert told["issuer"] == f"https://localhost:{running.http.base_url.port}{flavour.path}"
    assert [(key["kty"], key["use"]) for key in keys] == [("RSA", "sig")]
    assert "d" not in keys[0]


def test_the_page_offers_people_levels_and_every_fault(running: Running):
    page = ask(running).text

    assert "https://portal.example" in page
    for person in ITSME_PEOPLE:
        assert person.family_name in page
    for fault in Fault:
        assert f'value="{fault.name}"' in page


@pytest.mark.parametrize(
    ("deviation", "error"),
    [
        ({"client_id": "somebody-else"}, "unauthorized_client"),
        ({"redirect_uri": f"{CLIENT_URL}/elsewhere"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"scope": f"service:{SERVICE}"}, "invalid_scope"),
        ({"scope": f"openid service:{SERVICE} salary"}, "invalid_scope"),
        ({"scope": "openid service:OTHER"}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
        ({"nonce": "short"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"acr_values": "urn:whatever"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
    ],
)
def test_a_request_that_a_real_provider_would_not_take_is_not_taken(running: Running, deviation, error):
    answer = ask(running, **deviation)

    assert answer.status_code == 400
    assert error in answer.text


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_client"),
        ({"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "invalid_client"),
    ],
)
def test_tokens_are_for_clients_that_prove_who_they_are(running: Running, form, error):
    answer = running.http.post(f"{ITSME.path}/token", data=form)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize("form", [{}, {"request": "unknown"}])
def test_a_decision_without_a_request_leads_nowhere(running: Running, form):
    assert running.http.post(f"{ITSME.path}/decide", data=form).status_code == 400


def test_userinfo_needs_a_token(running: Running):
    assert running.http.get("/eidas/userinfo").status_code == 401


def test_a_form_without_length_is_not_read(running: Running):
    answer = running.http.post(f"{ITSME.path}/token", content=iter([b"code=1"]))

    assert answer.status_code == 400


@pytest.mark.parametrize("person", [*ITSME_PEOPLE, *EIDAS_PEOPLE], ids=lambda person: person.key)
def test_invented_numbers_are_sound(person):
    assert person.national_number is None or is_insz(person.national_number)


def test_without_a_certificate_it_says_what_to_do(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    parser = ArgumentParser()
    mock_identity_provider.add_arguments(parser)

    assert mock_identity_provider.run(parser.parse_args(["--port", "0"])) == 1
    assert "guichet keys" in capsys.readouterr().err
