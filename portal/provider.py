"""Compose the provider side of the common sign-in page: under which name it speaks, and which keys sign."""

from functools import cache

from django.conf import settings

from auth.provider.signing_keys import SigningKeyFile, SigningKeys


def issuer() -> str:
    """Return the name of the provider: the public address of the portal."""
    return str(settings.GUICHET.web.public_url).rstrip("/")


def signing_keys() -> SigningKeys:
    """Return the keys as they are now; OutageError when they cannot be read."""
    return _file().current()


@cache
def _file() -> SigningKeyFile:
    return SigningKeyFile(settings.KEYS / "provider.json")
