"""What is sensitive is done with a proof of the last five minutes: whoever sits down at a browser left open does not (§4.4)."""

import pytest

from portal.pages.routing import Freshness, declared
from tests.architecture.test_forms import TAKING
from tests.architecture.test_pages import routes

SENSITIVE = {
    "keys and certificates of a sender": (
        "report-ssh-keys",
        "report-ftp-password",
        "report-ftp-certificates",
        "report-ftp-networks",
        "report-web-new",
        "report-web-key-new",
        "report-certificates",
        "report-certificate-withdraw",
    ),
    "a sender that delivers": ("report-activate", "report-resume", "report-retire", "report-access-step"),
    "where somebody is told of it": ("report-contact", "report-contact-unblock", "key-notices", "key-notices-code"),
    "where a company is told of its e-Box": ("ebox-alert", "ebox-alert-code", "ebox-alert-stop"),
    "keys that an officer hands over": (
        "registration-keys",
        "registration-identity",
        "registration-match",
        "registration-number",
        "registration-call",
    ),
    "appointments": (
        "people-appoint",
        "people-take-up",
        "people-resign",
        "people-manager",
        "own-appointment-accept",
        "own-appointment-end",
        "company-quality-add",
        "company-quality-end",
        "access-declaration-step",
        "access-file-step",
    ),
    "passwords, and first codes": (
        *("people-password", "people-add", "people-invite", "company-password-off", "company-password-on"),
        "company-password-announce",
    ),
    "mandates": ("mandate-offer", "mandate-step"),
    "an account that ends": ("own-account-leave",),
}

MAY_BE_DONE_LATER = {
    "own keys: auth.keys.rights asks for the proof, whatever page it is": (
        *("key-app", "key-app-confirm", "key-card", "key-email", "key-email-code", "key-passkey", "key-password"),
        *("key-recovery", "key-remove", "key-resume", "key-suspend", "first-app", "first-app-confirm"),
    ),
    "hands over nothing: a case gives keys by registration-keys alone, and a long form is not lost to a visit that took long": (
        "registration-begin",
    ),
    "gives nobody anything: a letter, an answer, a refusal": (
        *("registration-ask", "registration-refuse", "registration-close", "registration-question"),
        "registration-call-withdraw",
        *("own-appointment-decline", "own-invitation-decline", "people-right-refuse"),
    ),
    "takes something away, which must not wait: whoever owns it gives it back with a fresh proof": (
        *("report-ftp-certificate-revoke", "report-ftp-password-withdraw", "report-ssh-key-revoke", "report-suspend"),
        *("report-web-key-withdraw", "report-web-withdraw", "report-contact-block"),
        *("session-end", "sessions-end-others", "student-attestation-withdraw"),
    ),
    "users and their rights: no appointment, and taken back by every access manager": (
        *("people-rights", "people-right-confirm", "people-step", "own-invitation-accept"),
        *("decision", "decision-take-up"),
    ),
    "services and channels of a sender, which delivers nothing by them without keys": (
        *("report-channels", "report-services", "reports-new-technical-user"),
        *("report-notices", "report-notices-end", "report-ebox-copy", "report-ebox-copy-stop"),
    ),
    "an e-Box: its documents stay whatever is set, and the address that a citizen leaves is told": (
        *("own-ebox-address", "own-ebox-code", "own-ebox-stop"),
        *("own-ebox-hide", "own-ebox-show", "own-ebox-label", "ebox-hide", "ebox-show", "ebox-label", "ebox-handle"),
        "ebox-routes",
    ),
    "check-ins, all day long": (
        *("check-in", "check-in-acts", "check-in-at", "own-cancellation", "own-correction", "own-correction-evidence"),
        *("own-correction-missing", "own-correction-withdraw", "own-missing-report", "own-report"),
        *("correction-evidence", "correction-missing", "correction-missing-event", "correction-new"),
        *("correction-withdraw", "presence-cancellation", "presences-report-close", "means-add", "means-end"),
    ),
    "looks, and says for whom somebody acts": (
        *("inspection", "people-events", "people-register", "presences-export", "presences-search", "student-code"),
        *("deliveries-check", "student-attestation", "student-attestation-paper", "context"),
    ),
}
"""Every other form of who is signed in, and why it takes the proof that opened the stay."""

RULES = {str(route.name): rule for route in routes() if (rule := declared(route.callback)) is not None}
NAMES = [name for names in SENSITIVE.values() for name in names]
LATER = [name for names in MAY_BE_DONE_LATER.values() for name in names]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_sensitive_needs_a_fresh_proof(name: str):
    assert RULES[name].freshness is Freshness.RECENT


def test_every_form_of_who_is_signed_in_is_sensitive_or_says_why_not():
    of_somebody = [name for name in TAKING if RULES[name].level is not None]
    assert sorted(of_somebody) == sorted(NAMES + LATER)


def test_nothing_asks_for_a_fresh_proof_that_may_be_done_later():
    assert [name for name in LATER if RULES[name].freshness is Freshness.RECENT] == []
