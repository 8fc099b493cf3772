"""What `guichet applications` does to the tables."""

import json
import os
from argparse import Namespace
from pathlib import Path

from django.conf import settings

from auth.locksmith import Locksmith
from auth.models import TokenAlgorithm
from auth.provider.applications import Registration, add_application, living_applications, withdraw_application
from commands.configuring.actions import ACTOR, read_file
from domain.assurance import AssuranceLevel
from domain.brussels import BRUSSELS
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.clock import SystemClock
from sender.tables import render_table


def add(arguments: Namespace) -> str:
    """Register an application and show what it needs."""
    wanted = Registration(
        name=arguments.name,
        redirect_uris=tuple(arguments.redirect_uri),
        least_level=AssuranceLevel(int(arguments.level)),
        algorithm=TokenAlgorithm(arguments.algorithm),
        is_told_names=arguments.tell_names,
        keys=None if arguments.keys is None else _keys(arguments.keys),
    )
    registered = add_application(
        wanted,
        locksmith=Locksmith.read(settings.KEYS / "signing_in.json"),
        randomness=os.urandom,
        actor=ACTOR,
        at=SystemClock().now(),
    )
    issuer = settings.GUICHET.web.public_url.rstrip("/")
    told = f"application  {registered.application.name}\nissuer       {issuer}\nclient id    {registered.application.client_id}\n"
    if not registered.secret:
        return f"{told}it proves itself by assertions that its keys sign (private_key_jwt)\n"
    return f"{told}secret       {registered.secret}\nthe secret is shown this once (client_secret_basic)\n"


def show(_: Namespace) -> str:
    """Show the applications."""
    rows = [
        (
            *(each.client_id, each.name, str(each.least_level), "keys" if each.keys else "secret"),
            *(each.algorithm, f"{each.added_at.astimezone(BRUSSELS):%Y-%m-%d}", " ".join(each.redirect_uris)),
        )
        for each in living_applications()
    ]
    if not rows:
        return "no application sends people here; register one with `guichet applications add NAME`\n"
    return render_table(("client id", "name", "level", "proves itself by", "signed by", "since", "addresses"), rows)


def withdraw(arguments: Namespace) -> str:
    """Withdraw an application."""
    withdraw_application(arguments.client_id, actor=ACTOR, at=SystemClock().now())
    return f"{arguments.client_id} receives nobody any more\n"


def _keys(path: Path) -> dict[str, object]:
    try:
        content = json.loads(read_file(path))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ConfigurationRefusedError(f"{path} holds no JWK Set.", next_step="Give a JSON file with `keys` in it.")
    return content


ACTIONS = {"add": add, "list": show, "withdraw": withdraw}
