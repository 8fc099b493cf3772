"""Make the Web eID token that the portal verifies, the same that the browser extension makes (web-eid:1.0)."""

import base64
from collections.abc import Mapping

from eid_agent.portals import AGENT

FORMAT = "web-eid:1.0"


def web_eid_token(*, certificate: bytes, algorithm: str, signature: bytes) -> Mapping[str, str]:
    """Return the token of a DER certificate and a signature as the card made it."""
    return {
        "unverifiedCertificate": base64.b64encode(certificate).decode("ascii"),
        "algorithm": algorithm,
        "signature": base64.b64encode(signature).decode("ascii"),
        "format": FORMAT,
        "appVersion": AGENT,
    }
