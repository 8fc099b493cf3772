"""A form that is sent twice has one effect, and a form of another time or person has none."""

from datetime import timedelta

import pytest
from django.core import signing
from django.test import RequestFactory

from auth.sessions import SessionStore
from commands.compose import forget_sent_forms
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.models import SentForm
from portal.pages.refusals import DoneAlready, StaleForm
from portal.pages.sending_once import (
    FIELD,
    LIFETIME,
    make_to_show,
    new_form_token,
    require_token,
    send_once,
    send_outside,
)
from tests.portal.people import a_person, a_stay

pytestmark = pytest.mark.django_db


def a_request(token: str = "", *, store: SessionStore | None = None):
    request = RequestFactory().post("/people", {FIELD: token} if token else {})
    request.session = store or SessionStore()
    return request


def test_a_form_that_is_sent_twice_acts_once_and_leads_to_the_same_page():
    acts: list[int] = []
    token = new_form_token(a_request())
    first = send_once(a_request(token), lambda: acts.append(1), then="/done")
    with pytest.raises(DoneAlready) as second:
        send_once(a_request(token), lambda: acts.append(2), then="/elsewhere")

    assert acts == [1]
    assert (first.status_code, first.headers["Location"]) == (303, "/done")
    assert (second.value.status, second.value.path) == (409, "/done")


def test_what_commits_for_itself_acts_once_and_may_be_sent_again_after_a_failure():
    token = new_form_token(a_request())

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        send_outside(a_request(token), fail, then="/done")
    acts: list[int] = []
    send_outside(a_request(token), lambda: acts.append(1), then="/done")
    with pytest.raises(DoneAlready) as second:
        send_outside(a_request(token), lambda: acts.append(2), then="/done")

    assert (acts, second.value.path) == ([1], "/done")


def test_what_is_shown_once_is_made_once():
    token = new_form_token(a_request())
    assert make_to_show(a_request(token), lambda: "secret", gone="It was shown.") == "secret"
    with pytest.raises(DoneAlready, match="It was shown"):
        make_to_show(a_request(token), lambda: "another", gone="It was shown.")


def test_two_forms_act_both():
    acts: list[int] = []
    for number in (1, 2):
        send_once(a_request(new_form_token(a_request())), lambda: acts.append(number), then="/done")  # noqa: B023

    assert acts == [1, 2]


def test_a_form_whose_effect_failed_may_be_sent_again():
    token = new_form_token(a_request())

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        send_once(a_request(token), fail, then="/done")
    acts: list[int] = []
    send_once(a_request(token), lambda: acts.append(1), then="/done")
    assert acts == [1]


@pytest.mark.parametrize("token", ["", "made-up", "a:b:c"], ids=["none", "made up", "of another form"])
def test_a_form_without_its_token_is_stale(token):
    with pytest.raises(StaleForm):
        require_token(a_request(token))


def test_a_token_of_another_salt_is_stale():
    with pytest.raises(StaleForm):
        require_token(a_request(signing.dumps(["x", 0], salt="elsewhere")))


def test_a_token_of_another_person_is_stale():
    _person, login = a_person()
    store = a_stay(login, level=AssuranceLevel.EID)
    token = new_form_token(a_request(store=store))

    assert require_token(a_request(token, store=store)) == token
    with pytest.raises(StaleForm):
        require_token(a_request(token))


def test_a_token_of_yesterday_is_stale(monkeypatch):
    token = new_form_token(a_request())
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + LIFETIME.total_seconds() + 1)
    with pytest.raises(StaleForm):
        require_token(a_request(token))


def test_forms_are_forgotten_after_two_days():
    now = SystemClock().now()
    send_once(a_request(new_form_token(a_request())), lambda: None, then="/done")

    assert forget_sent_forms() == 0
    SentForm.objects.update(sent_at=now - timedelta(days=2, seconds=1))
    assert forget_sent_forms() == 1
    assert not SentForm.objects.exists()
