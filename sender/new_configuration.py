"""Write a first `guichet.toml`: every section and entry that there is, each explained in a line."""

import json
from dataclasses import dataclass

from domain.channels import Channel
from domain.environments import Environment
from domain.sender_numbers import SenderNumber
from sender.configuration import CHANNELS, DEFAULT_PORTS

SIGNING_KEY = "keys/signing.key.pem"
REQUEST = "keys/signing.request.pem"
CERTIFICATE = "keys/signing.cert.pem"
SSH_KEY = "keys/ssh_key"
PLATFORM_CERTIFICATE = "keys/platform.cert.pem"
KNOWN_HOSTS = "keys/known_hosts"
AUTHORITY = "keys/authority.cert.pem"
CLIENT_KEY = "keys/web_client.key.pem"
CLIENT_PUBLIC_KEY = "keys/web_client.pub.pem"
"""Where things stand, relative to the configuration."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known when a sender begins; None where it is still to be filled in."""

    channel: Channel
    host: str | None
    port: int | None
    user: str | None
    sender: SenderNumber | None
    environment: Environment
    purpose: str


def render_configuration(known: Beginning) -> str:
    """Return the TOML; what is not known, or belongs to another channel, stands there as a comment."""
    return f"""# What `guichet` always uses. An option of a single call wins over what stands here.
# Paths are relative to this file. Lines that begin with # are comments.

{_connection(known)}
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


def _connection(known: Beginning) -> str:
    is_sftp, is_ftp, is_web = (known.channel is channel for channel in CHANNELS.values())
    word = next(word for word, channel in CHANNELS.items() if channel is known.channel)
    return f"""[connection]
# How to reach the counter: sftp, ftp or web. All lead to the same mailbox.
{_line("channel", word)}
# Name or address of the counter, and its port for that channel. The operator publishes both.
{_line("host", known.host, example="counter.example")}
port = {known.port or DEFAULT_PORTS[known.channel]}
# SFTP and FTP: your technical user.
{_line("user", None if is_web else known.user, example="EXP_123456")}
# SFTP: the private SSH key whose public half is registered for that user,
{_line("identity", SSH_KEY, is_used=is_sftp)}
# the counter's host keys, as the operator publishes them ...
{_line("known_hosts", KNOWN_HOSTS, is_used=is_sftp)}
# ... or their fingerprints, which then count instead of that file.
# host_key_fingerprint = ["SHA256:..."]
# FTP and web: the authority of the counter's TLS certificate, as the operator publishes it. Without this line
# the authorities count that your system trusts.
{_line("authority", AUTHORITY, is_used=is_ftp or is_web)}
# FTP: the environment variable that holds your password; without this line you are asked for it ...
# password_env = "GUICHET_PASSWORD"
# ... or the certificate that logs in, and its private key.
# login_certificate = "keys/login.cert.pem"
# login_key = "keys/login.key.pem"
# FTP without TLS: only on a closed network that is listed for you. Everybody on the way can read all, the password too.
# without_tls = true
# Web: the client id that the operator gave you, its private key,
# client = "self_service_chaman_123456_0123456789"
{_line("client_key", CLIENT_KEY, is_used=is_web)}
# and the name of that key at the counter, where it is not its thumbprint.
# client_key_name = "first"
"""


def _line(entry: str, value: str | None, *, example: str = "", is_used: bool = True) -> str:
    # a JSON string is a TOML basic string
    mark = "" if is_used and value is not None else "# "
    return f"{mark}{entry} = {json.dumps(example if value is None else value)}"
