"""The limits that this installation set for signing in: the one place where this room reads them."""

from django.conf import settings

from domain.sign_in_limits import SignInLimits


def limits() -> SignInLimits:
    """Return them as they hold now."""
    found: SignInLimits = settings.SIGN_IN_LIMITS
    return found
