"""What `guichet web-clients` does to the tables."""

import secrets
from argparse import Namespace

from channels.configuring.senders import find_sender, require_sender
from channels.configuring.web_clients import (
    add_client_key,
    add_web_client,
    require_client,
    revoke_client,
    revoke_client_key,
)
from channels.models import WebClient, WebClientKey
from commands.configuring.actions import ACTOR, read_file
from evidence.clock import SystemClock
from sender.tables import render_table


def add(arguments: Namespace) -> str:
    """Register a program."""
    key = add_web_client(
        require_sender(arguments.sender),
        read_file(arguments.file),
        scopes=arguments.scopes,
        kid=arguments.kid,
        randomness=secrets.token_bytes,
        actor=ACTOR,
        at=SystemClock().now(),
    )
    return (
        f"client id  {key.client.client_id}\nscopes     {key.client.scopes}\nkey        {key.kid} ({key.algorithm})\n"
    )


def list_all(arguments: Namespace) -> str:
    """Show programs and keys, a key a line."""
    clients = WebClient.objects.order_by("sender_id", "state", "client_id")
    if arguments.sender is not None:
        clients = clients.filter(sender=find_sender(arguments.sender))
    rows = [
        (client.client_id, client.state, client.scopes, *_shown(key))
        for client in clients.prefetch_related("keys")
        for key in client.keys.all() or [None]
    ]
    return render_table(("client id", "state", "scopes", "key", "algorithm", "key's state"), rows)


def add_key(arguments: Namespace) -> str:
    """Register one more key."""
    client = require_client(arguments.client)
    key, is_new = add_client_key(
        client, read_file(arguments.file), kid=arguments.kid, actor=ACTOR, at=SystemClock().now()
    )
    if not is_new:
        return f"nothing changed: {key.kid} speaks for {client.client_id} already\n"
    return f"{key.kid} ({key.algorithm}) speaks for {client.client_id}\n"


def revoke_key(arguments: Namespace) -> str:
    """Revoke a key."""
    client = require_client(arguments.client)
    revoke_client_key(client, arguments.kid, actor=ACTOR, at=SystemClock().now())
    return f"{arguments.kid} speaks for {client.client_id} no more\n"


def revoke(arguments: Namespace) -> str:
    """Revoke a program."""
    client = require_client(arguments.client)
    revoke_client(client, actor=ACTOR, at=SystemClock().now())
    return f"{client.client_id} is let in no more; its tokens are worth nothing\n"


def _shown(key: WebClientKey | None) -> tuple[str, str, str]:
    return ("", "", "") if key is None else (key.kid, key.algorithm, key.state)


ACTIONS = {"add": add, "list": list_all, "add-key": add_key, "revoke-key": revoke_key, "revoke": revoke}
