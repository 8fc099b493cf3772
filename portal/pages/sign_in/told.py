"""Say in the reader's language why somebody is not signed in, or why a password is not taken."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from auth.keys.temporary_sign_in import CodesOverError
from auth.password_policy import PasswordFault
from auth.refusals import SignInRefusal, SignInRefusedError

_WRONG = _("User name, password or code not correct.")
_OVER = _("This attempt to sign in is over. Start again.")

REFUSALS: Mapping[SignInRefusal, Promise] = MappingProxyType(
    {
        SignInRefusal.NO_SUCH_KEY: _("You have no such key, or it is suspended. Choose another key."),
        SignInRefusal.KEY_SUSPENDED: _("You have no such key, or it is suspended. Choose another key."),
        SignInRefusal.METHOD_DISABLED: _(
            "Your company has switched off signing in with a password. Use eID, itsme or another strong key."
        ),
        SignInRefusal.ACTIVATION_EXPIRED: _(
            "The activation period is over. The responsible person of your company must request new codes."
        ),
        SignInRefusal.ACTIVATION_BROKEN_OFF: _(
            "This temporary password was used already, and no new password was chosen in time. It opens nothing "
            "any more: ask for new codes."
        ),
        SignInRefusal.WRONG_NUMBER: _("The national number is not correct."),
        SignInRefusal.TRANSACTION_OVER: _OVER,
        SignInRefusal.REPLAYED: _OVER,
        SignInRefusal.OTHER_PERSON: _("This key belongs to somebody else than who is signed in. Sign out first."),
        SignInRefusal.TOO_WEAK: _(
            "This key is not strong enough here. Use one that is at least as strong as the one you signed in with."
        ),
    }
)
"""What may be told apart; everything else is told in one sentence, which tells nothing of who exists."""

_OF_OFFICER: Mapping[SignInRefusal, Promise] = MappingProxyType(
    {
        SignInRefusal.ACTIVATION_EXPIRED: _(
            "The activation period is over. For new codes ask for a video call again, or come to a registration office."
        ),
        SignInRefusal.ACTIVATION_BROKEN_OFF: _(
            "This temporary password was used already, and no new password was chosen in time. For new codes ask for a "
            "video call again, or come to a registration office."
        ),
    }
)
"""The same to whom no company registered, but an officer."""

FAULTS: Mapping[PasswordFault, Promise] = MappingProxyType(
    {
        PasswordFault.TOO_SHORT: _("The password needs at least 10 characters."),
        PasswordFault.TOO_LONG: _("The password has more than 128 characters."),
        PasswordFault.TOO_FEW_MARKS: _("The password needs at least two digits or special characters."),
        PasswordFault.COMMON: _("This password is among those that are tried first."),
        PasswordFault.TELLING: _("The password contains the user name, the name of the company or that of a service."),
        PasswordFault.UNREADABLE: _("The password contains something that is no character."),
        PasswordFault.NOT_REPEATED: _("The two passwords are not the same."),
        PasswordFault.AS_BEFORE: _("This is the password that you have already."),
    }
)


def refusal_told(reason: SignInRefusal) -> Promise:
    """Return the sentence for a refusal to sign in."""
    return REFUSALS.get(reason, _WRONG)


def told_of(refused: SignInRefusedError) -> Promise:
    """Return the sentence for what was refused; where codes are over, it says who gives others."""
    if isinstance(refused, CodesOverError) and refused.are_of_officer:
        return _OF_OFFICER[refused.reason]
    return refusal_told(refused.reason)
