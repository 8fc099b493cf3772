"""The addresses of the official services, answered as ours, so that site software changes the host alone (§1.1, §1.2).

That of the SOAP service is the official one; of the REST services these are beside ours.
"""

from channels.web.composition import API_PATH, TOKEN_PATH

OFFICIAL_ROOT = "/REST/"
OFFICIAL_TOKEN_PATH = "/REST/oauth/v5/token"  # noqa: S105 - an address
_PRESENCES = "/REST/presenceRegistration/v1/"
_OPERATIONS = ("presenceRegistrations/", "evidence/")


def own_path(path: str) -> str:
    """Return the address here of what an official address names; any other as it is."""
    if path == OFFICIAL_TOKEN_PATH:
        return TOKEN_PATH
    operation = path.removeprefix(_PRESENCES)
    if operation != path and operation.startswith(_OPERATIONS):
        return f"{API_PATH}/{operation}"
    return path


def official_path(path: str) -> str | None:
    """Return the official address of what stands at an address here; None where it has no other."""
    if path == TOKEN_PATH:
        return OFFICIAL_TOKEN_PATH
    operation = path.removeprefix(f"{API_PATH}/")
    return f"{_PRESENCES}{operation}" if operation.startswith(_OPERATIONS) else None
