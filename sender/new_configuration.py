"""Write a first `guichet.toml`: every section and entry that there is, each explained in a line."""

import json
from dataclasses import dataclass

from domain.environments import Environment
from domain.sender_numbers import SenderNumber
from sender.configuration import DEFAULT_PORT

SIGNING_KEY = "keys/signing.key.pem"
REQUEST = "keys/signing.request.pem"
CERTIFICATE = "keys/signing.cert.pem"
SSH_KEY = "keys/ssh_key"
PLATFORM_CERTIFICATE = "keys/platform.cert.pem"
KNOWN_HOSTS = "keys/known_hosts"
"""Where things stand, relative to the configuration."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known when a sender begins; None where it is still to be filled in."""

    host: str | None
    port: int | None
    user: str | None
    sender: SenderNumber | None
    environment: Environment
    purpose: str


def render_configuration(known: Beginning) -> str:
    """Return the TOML; what is not known stands there as a comment, to be filled in."""
    return f"""# What `guichet` always uses. An option of a single call wins over what stands here.
# Paths are relative to this file. Lines that begin with # are comments.

[connection]
# Name or address of the counter, and its SFTP port. The operator publishes both.
{_line("host", known.host, example="sftp.counter.example")}
port = {known.port or DEFAULT_PORT}
# Your technical user.
{_line("user", known.user, example="EXP_123456")}
# The private SSH key whose public half is registered for that user.
{_line("identity", SSH_KEY)}
# The counter's host keys, as the operator publishes them ...
{_line("known_hosts", KNOWN_HOSTS)}
# ... or their fingerprints, which then count instead of that file.
# host_key_fingerprint = ["SHA256:..."]

[sender]
# Your sender number, six digits.
{_line("number", None if known.sender is None else str(known.sender), example="123456")}
# What you declare; DIMN is Dimona.
{_line("purpose", known.purpose)}
# R production, T circuit test, S simulation. Begin with T.
{_line("environment", known.environment.value)}
# The key that signs, and the certificate issued for it, once you have it.
{_line("key", SIGNING_KEY)}
{_line("certificate", CERTIFICATE)}
# Where used sequence numbers are remembered. Let everyone who sends for this number use the same folder.
# state = "state"

[answers]
# Where answers are put.
{_line("to", "answers")}
# The certificate with which the platform signs them, as the operator publishes it.
{_line("platform_certificate", PLATFORM_CERTIFICATE)}
# Tell the counter of each answer that it arrived, by a receipt (FI.ACRF).
acknowledge = false
"""


def _line(entry: str, value: str | None, *, example: str = "") -> str:
    # a JSON string is a TOML basic string
    return f"# {entry} = {json.dumps(example)}" if value is None else f"{entry} = {json.dumps(value)}"
