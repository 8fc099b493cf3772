"""`guichet mock-identity-provider`: imitate itsme and eIDAS on loopback, for demos and tests."""

import signal
import ssl
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from commands.authority import utc_now
from commands.mock_identity_provider.client_checks import fetching
from commands.mock_identity_provider.requests import Registration
from commands.mock_identity_provider.server import MockServer
from commands.stack.configuration import LOOPBACK
from commands.stack.home import guichet_home

CLIENT_ID = "guichet-demo"
"""The one client that the mock knows, unless told otherwise."""

KEY_SET_PATH = "/.well-known/openid-keys.json"
"""Where a portal publishes the keys of its client."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare where it listens and which portal it serves."""
    keys = guichet_home() / "keys"
    parser.description = (
        "Imitates itsme and eIDAS (through FAS) over https on loopback: a page lets a tester choose who signs in and what "
        "goes wrong. Nobody is identified by it; it is for demos and tests, never for production."
    )
    parser.add_argument("--port", type=int, default=8444, help="port on loopback (default: 8444)")
    parser.add_argument("--client-id", default=CLIENT_ID, help=f"the client that it knows (default: {CLIENT_ID})")
    parser.add_argument(
        "--client-url",
        default="https://localhost:8443",
        help="the portal that it serves (default: https://localhost:8443)",
    )
    parser.add_argument("--certificate", type=Path, default=keys / "tls.cert.pem", help="its TLS certificate")
    parser.add_argument("--key", type=Path, default=keys / "tls.key.pem", help="the key of that certificate")
    parser.add_argument(
        "--authority",
        type=Path,
        default=keys / "authority.cert.pem",
        help="what the portal's certificate is verified by",
    )


def run(arguments: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; 1 with a sentence when it cannot listen or has no certificate."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.certificate, arguments.key)
        trusting = ssl.create_default_context(cafile=str(arguments.authority))
        server = MockServer(
            (LOOPBACK, arguments.port),
            context,
            registration=Registration(arguments.client_id, arguments.client_url),
            fetch_keys=fetching(f"{arguments.client_url}{KEY_SET_PATH}", trusting),
            clock=utc_now,
        )
    except OSError as trouble:
        sys.stderr.write(f"the mock provider cannot start: {trouble}; `guichet keys` makes its certificate\n")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"MOCK identity provider for {arguments.client_url} at {server.url}/ - stop with Ctrl-C\n")
    sys.stdout.flush()
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0
