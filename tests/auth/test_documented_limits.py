"""The limits that are documented are those that hold, and every event that is recorded is told."""

import re
from pathlib import Path

from auth import session_life
from auth.throttles import RATES
from domain.sign_in_limits import KeyLimits, Scope, SessionLimits
from tests.architecture.repository import ROOT, table_rows

KEYS, SESSIONS = KeyLimits(), SessionLimits()
REFERENCE = ROOT / "docs" / "reference" / "signing-in.md"
ROWS = {(row[0], row[1]): row[2] for row in table_rows(REFERENCE) if len(row) == 3}
LASTS = {row[0]: row[1] for row in table_rows(REFERENCE) if len(row) == 2}
PLACES = {
    ("password", "one user name"): None,
    ("password", "one source"): Scope.LOGIN_SOURCE,
    ("passkey or card", "one source"): Scope.KEY_SOURCE,
    ("password", "everybody"): Scope.LOGIN_ALL,
    ("code after a password", "one login"): Scope.CODE_USER,
    ("code after a password", "one source"): Scope.CODE_SOURCE,
    ("code by e-mail", "one login"): Scope.MAIL_USER,
    ("code that proves an e-mail address", "one login"): Scope.ADDRESS_USER,
    ("way to itsme or eIDAS, and way back", "one source"): Scope.PROVIDER_SOURCE,
    ("challenge for a card or a passkey, or code for the agent", "one source"): Scope.CARD_SOURCE,
    ("link for first keys", "one source"): Scope.ENROLMENT_SOURCE,
    ("question of the contact form", "one source"): Scope.QUESTION_SOURCE,
    ("request for a video call", "one source"): Scope.CALL_SOURCE,
    ("wrong exchange of an application", "one source"): Scope.APPLICATION_SOURCE,
    ("person whom an application sends and who is not signed in, or whom it sends wrongly", "one source"): (
        Scope.ARRIVAL_SOURCE
    ),
}


def minutes(of: object) -> int:
    return int(of.total_seconds() // 60)


def test_documented_limits_are_those_that_hold():
    for place, scope in PLACES.items():
        if scope is not None:
            told = [(int(most), int(within)) for most, within in re.findall(r"(\d+)(?: sent)? in (\d+)", ROWS[place])]
            assert told == [(rate.most, minutes(rate.within)) for rate in RATES[scope]], place
    text = REFERENCE.read_text(encoding="utf-8")
    (user,) = RATES[Scope.LOGIN_USER]
    assert f"| password | one user name | {user.most} in {minutes(user.within)} minutes |" in text
    assert set(PLACES.values()) - {None} == set(Scope) - {Scope.LOGIN_USER}


def test_documented_counts_are_those_that_hold():
    text = REFERENCE.read_text(encoding="utf-8")

    assert f"{KEYS.password_failures} failures in a row" in text
    assert f"locked for {minutes(KEYS.password_lock)} minutes" in text
    assert f"| {KEYS.code_tries}, within {minutes(KEYS.attempt)} minutes |" in text
    assert f"{KEYS.card_misses} misses in a row" in text


def test_documented_lives_are_those_that_hold():
    idle, warned = minutes(session_life.IDLE_LIFETIME), minutes(SESSIONS.warned_after)

    assert LASTS["a session without use"] == f"{idle} minutes; a warning after {warned}"
    assert LASTS["a session at all"].startswith(f"{minutes(SESSIONS.longest) // 60} hours; 1 hour")
    assert minutes(SESSIONS.longest_by_password) == 60
    assert LASTS["sessions of one person at a time"].startswith(f"{SESSIONS.at_once};")
    hours = minutes(KEYS.new_password) // 60
    assert LASTS["password given by an access manager"] == f"{hours} hours, once"
    assert LASTS["link of a registration office, with its code on paper"].startswith(f"{KEYS.office_link.days} days")
    card = "challenge for a card; code for the agent; what the agent brings for the browser"
    assert LASTS[card] == f"{minutes(KEYS.challenge)} minutes each, once"
    within = f"the browser that used it chooses another within {minutes(KEYS.first_password)} minutes"
    assert LASTS["temporary password of a first sign-in"].endswith(within)
    assert LASTS["opened link for first keys, in its browser"] == f"{minutes(KEYS.first_keys)} minutes"
    attempt = "a code by e-mail or of a card that was asked for; a way to itsme or eIDAS"
    assert LASTS[attempt] == f"{minutes(KEYS.attempt)} minutes, once"
    assert LASTS["who was proved by eIDAS and is not known yet says how he is reached within"] == (
        f"{minutes(KEYS.pending)} minutes"
    )
    assert LASTS["link of an operator"].startswith(f"{minutes(KEYS.operator_link) // 60} hours")


def test_every_recorded_event_of_this_room_is_told():
    recorded = set()
    for path in [*Path(ROOT / "auth").rglob("*.py")]:
        recorded |= set(re.findall(r'"((?:account|session|operator|registration):[a-z_:-]+)"', path.read_text()))
    told = set(re.findall(r"`([a-z_]+:[a-z_:-]+)`", REFERENCE.read_text(encoding="utf-8")))

    assert recorded - told == set()
