"""Sessions on a table of our own: the id is kept hashed, an ended session stays ended."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.utils import timezone

from auth.models import Login, LoginState, Session
from auth.sessions import SessionStore, hash_session_id
from evidence.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> SessionStore:
    store = SessionStore()
    store["language"] = "nl"
    store.save()
    return store


def test_what_was_saved_is_loaded_under_its_id(store: SessionStore):
    assert SessionStore(store.session_key)["language"] == "nl"
    assert store.exists(store.session_key)


def test_the_table_holds_the_hash_and_not_the_id(store: SessionStore):
    row = Session.objects.get()

    assert bytes(row.id_hash) == hash_session_id(store.session_key)
    assert store.session_key not in str(vars(row))


def test_an_unknown_id_gives_an_empty_session_and_is_forgotten():
    stranger = SessionStore("a" * 32)

    assert stranger.load() == {}
    assert stranger.session_key is None


@pytest.mark.parametrize(
    "change",
    [
        {"last_seen_at": timezone.now() - timedelta(minutes=21)},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"ended_at": timezone.now()},
    ],
    ids=["idle for 20 minutes", "older than 8 hours", "ended"],
)
def test_a_session_that_is_over_is_not_loaded(store: SessionStore, change: dict[str, object]):
    Session.objects.update(**change)

    assert SessionStore(store.session_key).load() == {}


def test_a_session_that_was_ended_cannot_be_written_any_more(store: SessionStore):
    SessionStore(store.session_key).delete()

    with pytest.raises(UpdateError):
        store.save()
    row = Session.objects.get()
    assert (row.end_reason, row.data) == ("LOGOUT", "")


def test_an_id_is_given_once(store: SessionStore):
    with pytest.raises(CreateError):
        SessionStore(store.session_key).save(must_create=True)


def test_a_new_id_is_given_when_the_level_changes(store: SessionStore):
    old = store.session_key
    store.cycle_key()

    assert store.session_key != old
    assert SessionStore(store.session_key)["language"] == "nl"
    assert SessionStore(old).load() == {}


@pytest.mark.parametrize(
    ("ran_out", "reason", "event"),
    [
        ({"expires_at": timedelta(seconds=-1)}, "EXPIRED", "session:ended"),
        ({"last_seen_at": timedelta(minutes=-20, seconds=-1)}, "IDLE", "session:idle"),
    ],
)
def test_sessions_that_ran_out_are_ended_with_their_reason(store: SessionStore, ran_out, reason, event):
    login = Login.objects.create(user_name="els", created_at=timezone.now())
    ended = {name: timezone.now() + spell for name, spell in ran_out.items()}
    Session.objects.update(login=login, **ended)
    SessionStore.clear_expired()

    stay = Session.objects.get()
    assert stay.end_reason == reason
    found = AuditEvent.objects.get(action=event)
    assert found.detail == {"reason": reason, "sessions": [str(stay.pk)]}


def test_the_end_of_a_session_of_nobody_is_no_event(store: SessionStore):
    Session.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    SessionStore.clear_expired()

    assert Session.objects.get().end_reason == "EXPIRED"
    assert not AuditEvent.objects.exists()


def test_a_session_lasts_eight_hours_at_most(store: SessionStore):
    row = Session.objects.get()

    assert row.expires_at - row.created_at == timedelta(hours=8)


def test_logins_are_the_user_model_and_only_an_active_one_is_active():
    login = Login(user_name="els", created_at=timezone.now())

    assert get_user_model() is Login
    assert not login.is_active
    login.state = LoginState.ACTIVE
    assert login.is_active


def test_nobody_sets_or_tries_a_password_past_the_locksmith():
    login = Login(user_name="els", created_at=timezone.now())

    with pytest.raises(NotImplementedError):
        login.set_password("secret sentence")
    with pytest.raises(NotImplementedError):
        login.check_password("secret sentence")


def test_an_ended_session_is_forgotten_by_whoever_ended_it(store: SessionStore):
    store.flush()

    assert store.stay is None
