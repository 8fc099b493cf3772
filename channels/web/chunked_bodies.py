"""Where a body may come in chunks: items of check-ins, which programs of the official services send so. Pure.

Apache CXF and Axis2 do not know the length of a message before they send it. Everywhere else a length is declared.
"""

from channels.web.presence.contract import SOAP_PATH

_ROOTS = ("/api/v1/", "/REST/presenceRegistration/v1/")
_OPERATIONS = ("registerInBulk", "cancel", "corrections", "search")
_ADDRESSES = frozenset(f"{root}presenceRegistrations/{name}" for root in _ROOTS for name in _OPERATIONS) | {SOAP_PATH}


def takes_chunks(method: str, path: str) -> bool:
    """Whether a request may have a body of a length that nobody declared; its limit is the same."""
    return method == "POST" and path in _ADDRESSES
