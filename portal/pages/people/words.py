"""States and refusals of the access register in the reader's words."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from domain.access.refusals import RefusalReason
from domain.access.states import AccountState, AppointmentState, GrantState
from domain.stops import StoppedBy
from portal.pages.contact_centre import CONTACT_PHONE

ACCOUNT_STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        AccountState.INVITED: (_("Invited"), "blue"),
        AccountState.ACTIVE: (_("Active"), "green"),
        AccountState.BLOCKED: (_("Blocked"), "red"),
        AccountState.EXPIRED: (_("Invitation lapsed"), "yellow"),
        AccountState.REMOVED: (_("Removed"), "grey"),
    }
)
"""Each state with the colour of its tag."""

BLOCKED_BY: Mapping[str, Promise] = MappingProxyType(
    {
        StoppedBy.COMPANY: _("by the company"),
        StoppedBy.PLATFORM: _("by this counter"),
        StoppedBy.OPERATOR: _("by the contact centre"),
    }
)

UNUSED_FOR_LONG = _("by this counter, because the account was not used for too long")

APPOINTMENT_STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        AppointmentState.PROPOSED: (_("Not accepted yet"), "blue"),
        AppointmentState.ACTIVE: (_("Active"), "green"),
        AppointmentState.BLOCKED: (_("Blocked"), "red"),
    }
)
"""Those of what is not over."""

RIGHT_STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        GrantState.PROPOSED: (_("To be confirmed"), "yellow"),
        GrantState.ACTIVE: (_("Active"), "green"),
    }
)

ENDINGS: Mapping[str, Promise] = MappingProxyType(
    {
        AppointmentState.DECLINED: _("Declined"),
        AppointmentState.EXPIRED: _("Not accepted in time"),
        AppointmentState.ENDED: _("Ended"),
        GrantState.REFUSED: _("Refused"),
        GrantState.CLOSED: _("Taken back"),
    }
)
"""How appointments and rights came to be over."""

OVER: tuple[Promise, str] = (_("Over"), "grey")
"""What holds no more, whyever."""

_QUICKER = _("This is not possible as things stand now. Look at the list again: somebody may have been quicker.")

REFUSALS: Mapping[RefusalReason, Promise] = MappingProxyType(
    {
        RefusalReason.NO_ACCOUNT: _("The company has no account here."),
        RefusalReason.ENTITY_NOT_ACTIVE: _(
            "The account of the company is not active. The responsible person of the company asks the contact centre."
        ),
        RefusalReason.ACTIVATION_OVER: _(
            "The activation period is over. The responsible person of your company must request new codes."
        ),
        RefusalReason.QUALITY_NOT_ACTIVE: _(
            "The company does not act in this quality. The main access manager activates it first."
        ),
        RefusalReason.QUALITY_UNKNOWN: _("This quality is not possible here. Choose another one."),
        RefusalReason.QUALITY_NOT_SELF_GIVEN: _(
            "No company gives itself this quality. The contact centre enters it, after a look into the authentic source."
        ),
        RefusalReason.NOT_ENTITLED: _("Your role does not allow this. An access manager above you can do it."),
        RefusalReason.LEVEL_TOO_LOW: _("Sign in with eID, itsme or a code of the mobile app for this."),
        RefusalReason.NOT_THE_APPOINTEE: _("Only the person who was proposed or invited may do this."),
        RefusalReason.NOT_CONFIRMED: _("An access manager of the company confirms the proposal first."),
        RefusalReason.CHIEF_BY_FILE: _("A main or co-main access manager is never appointed or ended by a file."),
        RefusalReason.SECOND_CHIEF: _(
            "Somebody is proposed as main access manager already. That person accepts or declines first."
        ),
        RefusalReason.TOO_MANY_CO_CHIEFS: _(
            "The company has a co-main access manager already, or somebody is proposed as one. End that first."
        ),
        RefusalReason.SECOND_MANAGER: _(
            "The quality has an access manager already, or somebody is proposed as one. End that first."
        ),
        RefusalReason.NO_MANAGER_TO_HELP: _("The quality has no access manager yet. Appoint one first."),
        RefusalReason.TOO_MANY_CO_MANAGERS: _(
            "The quality has a co-access manager already, or somebody is proposed as one. End that first."
        ),
        RefusalReason.HELD_ALREADY: _("The person has this already, or something greater."),
        RefusalReason.LAST_MANAGER: _(
            "The quality would be left without any access manager. Let another one be appointed first."
        ),
        RefusalReason.ONESELF: _("Nobody does this for himself. Another access manager does it."),
        RefusalReason.TARGET_OUT_OF_REACH: _(
            "This person is an access manager above your own role. The main access manager is replaced, never removed."
        ),
        RefusalReason.NOT_EMPLOYED: _("No running employment of this person with the company is known."),
        RefusalReason.STATE_FORBIDS: _QUICKER,
        RefusalReason.STOPPED_BY_OPERATOR: format_lazy(
            _("The contact centre blocked this person, and it alone takes that back. Call it: {phone}."),
            phone=CONTACT_PHONE,
        ),
        RefusalReason.LOCKED: _("The account is locked after too many wrong tries. The lock runs out by itself."),
        RefusalReason.REMOVED: _("The user was removed."),
        RefusalReason.SERVICE_UNKNOWN: _("There is no such service or right."),
        RefusalReason.SERVICE_NOT_OPEN: _("This service is not open to the quality."),
        RefusalReason.RIGHT_NOT_MANAGED: _("You do not manage this right."),
        RefusalReason.NOT_BY_FILE: _("This right is never given by a file."),
        RefusalReason.OUTSIDE_ACCOUNT_PERIOD: _("The period begins in the past, or ends before it begins."),
        RefusalReason.OVERLAPPING_GRANT: _(
            "The user holds another right in this service in that time. Take that one back first."
        ),
        RefusalReason.SECOND_MANAGER_NEEDED: _(
            "Four eyes are needed: who proposed this does not confirm it. Ask another access manager."
        ),
        RefusalReason.SECOND_MANAGER_UNPROVED: _(
            "Four eyes are needed, and whoever proposed this made you an access manager. Sign in with eID or itsme, or let "
            "another access manager confirm it."
        ),
        RefusalReason.CHIEF_WITHOUT_STRONG_KEY: _(
            "You have no key that works without a password and would lock yourself out. Sign in once with eID or itsme, or "
            "add a passkey first."
        ),
        RefusalReason.PASSWORDS_OFF: _(
            "The company has switched off signing in with a password. Sign in with eID, itsme or a passkey first."
        ),
        RefusalReason.UNKNOWN: _QUICKER,
    }
)
"""Each reason as one sentence with what to do."""
