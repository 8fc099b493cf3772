"""Every form of the portal that acts: sent twice here, or by a test of its own, or why it may be sent as often as one likes."""

from tests.portal.twice import checkin_forms, company_forms, office_forms, own_forms, sender_forms
from tests.portal.twice.sending import Prepare

GROUPS: dict[str, dict[str, Prepare]] = {
    "own": own_forms.FORMS,
    "company": company_forms.FORMS,
    "senders": sender_forms.FORMS,
    "office": office_forms.FORMS,
    "check-ins": checkin_forms.FORMS,
}
"""What prepares each form, by the name of its route; a word behind the name is one of several steps of that route."""

SHOWN_ELSEWHERE = {
    "identity-pending": "tests/portal/openid/test_from_abroad.py::test_the_form_counts_once_however_often_it_is_sent",
    "access-declaration-step": "tests/portal/test_access_declarations.py::test_a_decision_that_is_sent_twice_counts_once",
    "access-file-step": "tests/portal/test_access_declarations.py::test_a_decision_that_is_sent_twice_counts_once",
    "check-in-acts": "tests/portal/checkins/test_acts.py::test_what_a_phone_sends_again_is_registered_once",
    "provider-token": "tests/portal/provider/test_faults_of_applications.py::test_a_code_counts_once_and_its_second_use_ends_what_came_of_the_first",
    "eid-login": "tests/portal/eid/test_api.py::test_a_replayed_token_is_refused",
    "eid-agent-login": "tests/portal/eid/test_api.py::test_a_replayed_token_is_refused",
    "sign-in-code": "tests/auth/test_totp.py::test_a_step_proves_once_and_earlier_ones_no_more",
    "sign-in-passkey": "tests/auth/test_passkeys.py::test_an_old_answer_is_not_believed_again",
    "activate": "tests/auth/test_temporary_passwords.py::test_a_temporary_password_is_used_once_and_who_has_it_is_told_so",
}
"""Forms that need more than pages: a provider, a card, a file that was delivered, a phone without a connection."""

_ATTEMPT = "an attempt to sign in: each counts for the limits, and the later one opens the stay"
_BEGINS = "begins anew each time: the secret that was shown last is the one that counts, and nothing is set up by it"
_LOOKS = "looks and changes nothing; each look is on record"
_CHOICE = "says how long or for whom somebody stays: whoever sends it twice wants it twice, and it stands the same"

MAY_BE_REPEATED = {
    "sign-in-email": _ATTEMPT,
    "sign-in-app": _ATTEMPT,
    "sign-in-token": _ATTEMPT,
    "sign-in-password": _ATTEMPT,
    "sign-in-recovery": _ATTEMPT,
    "first-keys-open": "an attempt to open a link, which a first password uses up and nothing before it",
    "eid-challenge": _BEGINS,
    "eid-agent-challenge": _BEGINS,
    "eid-pairing": _BEGINS,
    "sign-in-eid-agent": _BEGINS,
    "first-app": _BEGINS,
    "key-app": _BEGINS,
    "first-keys-app": _BEGINS,
    "sign-in-eid-continue": "takes up a sign-in that waits; a ticket that was taken opens nothing",
    "session-extend": _CHOICE,
    "context": _CHOICE,
    "sign-out": _CHOICE,
    "deliveries-check": "judges a file and keeps nothing of it",
    "student-code": _LOOKS,
    "student-attestation-paper": "gives back the file that it brings, and changes nothing",
    "inspection": _LOOKS,
    "presences-search": _LOOKS,
    "presences-export": _LOOKS,
    "people-events": _LOOKS,
    "people-register": _LOOKS,
    "provider-authorize": "asks as its address does; a code of its own is given each time, and one that is unused lapses",
    "provider-userinfo": _LOOKS,
}

AT_ONCE: dict[str, tuple[str, ...]] = {
    "own": (
        *("session-end", "key-password", "own-ebox-hide", "own-ebox-label", "student-attestation", "ebox-handle"),
        *("am-i-registered", "first-keys", "new-password"),
    ),
    "company": (
        *("people-add", "people-password", "people-invite", "people-step block", "own-appointment-accept"),
        *("company-quality-add", "mandate-offer", "mandate-step accept", "own-account-leave"),
    ),
    "senders": (
        *("reports-new-technical-user", "report-contact", "report-ssh-keys", "report-ftp-password"),
        *("report-certificates", "report-services", "report-activate", "report-retire"),
    ),
    "office": ("registration-begin", "registration-keys", "registration-question", "registration-number"),
    "check-ins": ("correction-new",),
}
"""What two connections send at once: of every room some, by each of the ways of `portal.pages.sending_once`, and what is guarded otherwise.

All others leave the same note, of which `sending` sees that it is there; what is listed above has a test of its own or needs none.
"""

LOOKED_AT = {"registration-question", "registration-number"}
"""Forms whose page notes as an event, before anything else, that an officer looks at somebody: also of who comes too late."""
