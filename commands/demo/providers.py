"""Let the demo's portal offer itsme and eIDAS by the mock provider, unless real ones are set."""

from collections.abc import Mapping
from pathlib import Path

from commands.mock_identity_provider import CLIENT_ID
from commands.mock_identity_provider.flavours import EIDAS, ITSME, SERVICE

_PORT = "8444"


def settings_of_the_mock(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the variables that the demo sets besides `environment`: none where a provider is configured already."""
    if environment.get("GUICHET_ITSME_CLIENT_ID") or environment.get("GUICHET_EIDAS_CLIENT_ID"):
        return {}
    port = environment.get("GUICHET_MOCK_PROVIDER_PORT") or _PORT
    wished = {
        "GUICHET_MOCK_PROVIDER_PORT": port,
        "GUICHET_ITSME_ISSUER": f"https://localhost:{port}{ITSME.path}",
        "GUICHET_ITSME_CLIENT_ID": CLIENT_ID,
        "GUICHET_ITSME_SERVICE": SERVICE,
        "GUICHET_EIDAS_ISSUER": f"https://localhost:{port}{EIDAS.path}",
        "GUICHET_EIDAS_CLIENT_ID": CLIENT_ID,
        "GUICHET_OPENID_CA": str(home / "keys" / "authority.cert.pem"),
    }
    return {name: value for name, value in wished.items() if not environment.get(name)}
