"""What is on record of one's own account, in the reader's words: each recorded step that its owner is shown."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: Mapping[str, Promise] = MappingProxyType(
    {
        "account:login:success": _("Signed in"),
        "account:login:step_up": _("Signed in more surely"),
        "account:login:failure": _("Signing in failed"),
        "account:login:method_disabled": _("Signing in with a password failed: a company switched it off"),
        "account:login:new_device": _("Signed in on a device that was not known yet"),
        "account:login:locked": _("Password locked for a while after wrong attempts"),
        "account:login:unlocked": _("Lock of the password lifted"),
        "account:login:blocked": _("Account blocked"),
        "account:login:unblocked": _("Account unblocked"),
        "account:logout": _("Signed out"),
        "account:created": _("Account made"),
        "account:activated": _("Account activated"),
        "account:name:change": _("User name set"),
        "account:activation:issued": _("Temporary password sent"),
        "account:activation:begun": _("Temporary password used"),
        "account:activation:expired": _("Temporary password tried too late"),
        "account:activation:locked": _("Temporary password locked after wrong numbers"),
        "account:enrolment:issued": _("Link for first keys given out"),
        "account:enrolment:locked": _("Link for first keys locked after wrong codes"),
        "account:key:added": _("Digital key added"),
        "account:key:removed": _("Digital key taken away"),
        "account:key:suspended": _("Digital key suspended"),
        "account:key:resumed": _("Digital key in use again"),
        "account:keys:unconfined": _("Digital keys count for more than one company"),
        "account:key:expired": _("Digital key used up"),
        "account:password:change": _("Password changed"),
        "account:recovery_codes:generated": _("Recovery codes made"),
        "account:recovery_codes:used": _("Recovery code used"),
        "account:identity:added": _("A proof from abroad or from a video call counts as yours"),
        "account:recognised": _("Recognised in a video call"),
        "account:email:change": _("E-mail address changed"),
        "account:email:verified": _("E-mail address proven"),
        "account:mobile:change": _("Mobile number changed"),
        "account:mobile:verified": _("Mobile number proven"),
        "session:context": _("Company chosen"),
        "session:ended": _("Sessions ended"),
        "user:invited": _("Invited as a user"),
        "user:activated": _("User account activated"),
        "user:blocked": _("User account blocked"),
        "user:unblocked": _("User account unblocked"),
        "user:unlocked": _("Lock of the user account lifted"),
        "user:removed": _("User account removed"),
        "appointment:proposed": _("Proposed as an access manager"),
        "appointment:confirmed": _("Proposal as an access manager confirmed"),
        "appointment:accepted": _("Became an access manager"),
        "appointment:given": _("Became an access manager"),
        "appointment:declined": _("Declined to be an access manager"),
        "appointment:expired": _("Proposal as an access manager not accepted in time"),
        "appointment:blocked": _("Blocked as an access manager"),
        "appointment:unblocked": _("Unblocked as an access manager"),
        "appointment:resigned": _("Resigned as an access manager"),
        "appointment:ended": _("Is no access manager any more"),
    }
)

FAILURES = frozenset({"account:login:failure", "account:login:method_disabled", "account:login:locked"})
"""What somebody looks for who fears that another person tries."""
