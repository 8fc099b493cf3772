"""First keys by a link, as a browser sets them up: an operator's, and one of a registration office with its code."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from django.conf import settings
from django.test import Client

from auth.desk import KeyDesk
from auth.keys.enrolments import Enrolment, issue_office_enrolment, issue_operator_link
from auth.keys.life import own_keys
from auth.locksmith import Locksmith
from auth.models import Login, LoginState
from evidence.clock import SystemClock
from portal import key_desk as composed
from registers.persons.numbers import PersonKeys
from tests.auth.builders import CHEAP, reasons
from tests.portal.conftest import token_in

pytestmark = pytest.mark.django_db
PASSWORD = "blue-lamp-42-river"
NAMED = {"user_name": "root-operator", "password": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def desk(db: None) -> Iterator[KeyDesk]:
    settings.KEYS.mkdir(parents=True, exist_ok=True)
    for name, make in (("signing_in.json", Locksmith.generate), ("persons.json", PersonKeys.generate)):
        if not (settings.KEYS / name).exists():
            (settings.KEYS / name).write_text(make(), encoding="ascii")
    composed.key_desk.cache_clear()
    desk = composed.key_desk()
    object.__setattr__(desk.locksmith, "passwords", CHEAP)
    object.__setattr__(desk.locksmith, "codes", CHEAP)
    yield desk
    composed.key_desk.cache_clear()


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def login(desk: KeyDesk) -> Login:
    return Login.objects.create(user_name="root-operator", state=LoginState.INVITED, created_at=SystemClock().now())


@pytest.fixture
def link(login: Login, desk: KeyDesk) -> Enrolment:
    return issue_operator_link(login.pk, actor="operator", desk=desk, at=SystemClock().now())


def opened(client: Client, link: Enrolment, code: str = ""):
    return client.post(f"/first-keys/{link.link}", {"code": code}, secure=True)


def send(client: Client, path: str, said: dict[str, str] | None = None, *, shown: str = ""):
    """Send the form of that page, or of the page that was shown, with its token."""
    token = token_in(shown or client.get(path, secure=True).content.decode())
    return client.post(path, {"form-token": token, **(said or {})}, secure=True)


def test_a_letters_preview_uses_nothing_up(client: Client, link: Enrolment):
    for _ in range(3):
        assert client.get(f"/first-keys/{link.link}", secure=True).status_code == 200

    assert opened(client, link).headers["Location"] == "/first-keys"


def test_an_operator_sets_up_name_password_and_app(client: Client, link: Enrolment, login: Login):
    opened(client, link)
    asked = client.get("/first-keys", secure=True)
    named = send(client, "/first-keys", NAMED)
    shown = send(client, "/first-keys/app").content.decode()

    assert 'value="root-operator"' in asked.content.decode()
    assert named.headers["Location"] == "/first-keys/app"
    secret = re.search(r'counter-code">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")
    key = re.search(r'name="key" value="(\d+)"', shown)[1]
    said = {"key": key, "code": pyotp.TOTP(secret).now(), "label": "phone"}
    codes = send(client, "/first-keys/app/confirm", said, shown=shown)

    assert codes.status_code == 200
    assert len(re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", codes.content.decode())) == 10
    assert {key.means for key in own_keys(login.pk)} == {"PASSWORD", "TOTP", "RECOVERY_CODE"}
    login.refresh_from_db()
    assert login.state == LoginState.ACTIVE


def test_a_wrong_code_of_the_app_is_told_beside_the_field(client: Client, link: Enrolment):
    opened(client, link)
    send(client, "/first-keys", NAMED)
    shown = send(client, "/first-keys/app").content.decode()
    key = re.search(r'name="key" value="(\d+)"', shown)[1]

    answer = send(client, "/first-keys/app/confirm", {"key": key, "code": "000000"}, shown=shown)

    assert "The code is not correct" in answer.content.decode()


def test_a_weak_password_and_a_taken_name_are_told_and_use_nothing_up(client: Client, link: Enrolment):
    Login.objects.create(user_name="jan", state=LoginState.ACTIVE, created_at=SystemClock().now())
    opened(client, link)

    weak = send(client, "/first-keys", NAMED | {"password": "short", "repeated": "short"})
    taken = send(client, "/first-keys", NAMED | {"user_name": "jan"})
    good = send(client, "/first-keys", NAMED)

    assert "at least 10 characters" in weak.content.decode()
    assert "taken" in taken.content.decode()
    assert good.status_code == 303


def test_a_link_works_once(client: Client, link: Enrolment):
    opened(client, link)
    send(client, "/first-keys", NAMED)

    again = opened(Client(headers={"accept-language": "en"}), link)

    assert again.status_code == 401
    assert "not valid any more" in again.content.decode()


def test_an_offices_link_needs_the_code_on_paper(client: Client, login: Login, desk: KeyDesk):
    made = issue_office_enrolment(login.pk, actor="login:1", desk=desk, at=SystemClock().now())

    wrong = opened(client, made, "WRONG")
    right = opened(client, made, made.code)

    assert "Look at the paper" in wrong.content.decode()
    assert right.status_code == 302


@pytest.mark.parametrize("path", ["/first-keys", "/first-keys/app"])
def test_without_an_opened_link_there_is_nothing_to_set_up(client: Client, desk: KeyDesk, path: str):
    assert client.get(path, secure=True).headers["Location"] == "/sign-in"


def test_the_app_comes_after_name_and_password(client: Client, link: Enrolment):
    opened(client, link)

    assert client.get("/first-keys/app", secure=True).headers["Location"] == "/first-keys"
    assert client.get("/first-keys", secure=True).status_code == 200


def test_who_goes_back_to_name_and_password_is_led_on_to_the_app(client: Client, link: Enrolment):
    opened(client, link)
    send(client, "/first-keys", NAMED)

    assert client.get("/first-keys", secure=True).headers["Location"] == "/first-keys/app"
    assert client.get("/first-keys/app", secure=True).status_code == 200


def test_another_browser_does_not_go_on_where_one_began(client: Client, link: Enrolment):
    opened(client, link)

    assert Client().post("/first-keys", NAMED, secure=True).headers["Location"] == "/sign-in"


def test_eleven_guesses_of_links_are_too_many(client: Client, desk: KeyDesk):
    answers = [client.post(f"/first-keys/guess{number}", {"code": ""}, secure=True) for number in range(11)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert reasons() == ["transaction_over"] * 10
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_link_is_not_told_to_other_sites_and_not_kept(client: Client, link: Enrolment):
    answer = client.get(f"/first-keys/{link.link}", secure=True)

    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]
