"""The routes of which `pages.py` looks at no page that is shown, and why."""

from collections.abc import Mapping
from types import MappingProxyType

POSTED_TO_ALONE = frozenset(
    {
        *("first-app-confirm", "key-app-confirm", "first-keys-app-confirm"),
        *("sign-out", "session-extend", "session-end", "sessions-end-others"),
        *("sign-in-eid-agent", "eid-challenge", "eid-login", "eid-pairing", "eid-agent-challenge", "eid-agent-login"),
        *("ebox-handle", "ebox-hide", "ebox-show", "own-ebox-hide", "own-ebox-show"),
        *("check-in-acts", "presences-export", "means-end", "decision-take-up"),
        "provider-token",
    }
)
"""They take what a page of another route sends; what is shown after the steps of an app is pressed for in `pages.py`."""

GIVES_DATA = frozenset(
    {
        *("ebox-attachment", "own-ebox-attachment", "delivery-answer", "decision-evidence", "inspection-evidence"),
        *(
            "student-calendar-file",
            "student-attestation-paper",
            "check-in-state",
            "check-in-worker",
            "work-place-live-worker",
            "session-state",
            "health-data",
        ),
        *("openid-keys", "provider-discovery", "provider-keys", "provider-userinfo"),
    }
)
"""They answer a file, or data for programs."""

LEADS_ON = frozenset(
    {
        *("start", "people-execute", "ebox-label", "own-ebox-label"),
        *("sign-in-itsme", "itsme-callback", "eidas-callback"),
    }
)
"""They lead to another page, where nothing is wrong."""

NEEDS_MORE: Mapping[str, str] = MappingProxyType(
    {
        "ebox-alert-stop": "is refused, 409, where no mails are sent: test_company_ebox_mails.py, in no browser",
        "too-large": "a refusal by itself, 413: `pages.py` looks at it as one",
        "health": "depends on what runs beside it: tests/stack/test_health_page.py",
        "company-password-on": "is refused, 409, while passwords are on: `pages.py` looks at it as a refusal",
        "people-take-up": "asks where nobody manages the quality: tests/portal/test_unasked_steps.py, in no browser",
        "provider-authorize": "needs an application that is registered: test_other_application.py, in English",
        "registration-keys": "is shown once, after a case got its keys: tests/portal/test_registration.py, in no browser",
    }
    | dict.fromkeys(
        ("own-invitation-accept", "own-invitation-decline"),
        "asks about an invitation that waits: tests/portal/test_invitations.py, in no browser",
    )
    | dict.fromkeys(
        ("inspection-one", "inspection-on-site", "inspection-means"),
        "is opened from a signed search that found something: test_presences.py, in every language",
    )
)
"""They show pages, at which a browser looks elsewhere or not yet."""

WITHOUT_PAGES = frozenset({*POSTED_TO_ALONE, *GIVES_DATA, *LEADS_ON, *NEEDS_MORE})
