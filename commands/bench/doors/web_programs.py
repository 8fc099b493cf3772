"""The clients of the web measurement: several https connections in one process, each delivering sets one by one."""

import resource
import secrets
import ssl
from collections.abc import Sequence
from functools import partial

from commands.bench.doors.client_lines import at_once, messages, say
from commands.bench.doors.https_connections import HttpsConnection, render_delivery

_ACCEPTED = 202


def main() -> None:
    """Make the requests at one message and deliver them at the next; answer that with the processor time it took here."""
    begun = None
    for message in messages():
        match message:
            case {"port": port, "authority": authority, "token": token, "shares": shares, "bytes": sizes}:
                payload, signature = map(secrets.token_bytes, sizes)
                has_key: bool = message["has_key"]
                requests = [
                    [
                        render_delivery(
                            key, payload=payload, signature=signature, port=port, token=token, has_key=has_key
                        )
                        for key in share
                    ]
                    for share in shares
                ]
                begun = partial(_deliver, port, ssl.create_default_context(cafile=authority))
                say("ready")
            case "go" if begun is not None:
                before = _cpu_seconds()
                at_once(begun, requests)
                say(_cpu_seconds() - before)


def _deliver(port: int, context: ssl.SSLContext, requests: Sequence[bytes]) -> None:
    connection = HttpsConnection(port, context)
    for request in requests:
        reply = connection.ask(request)
        if reply.status != _ACCEPTED:
            raise RuntimeError(f"the web service answered {reply.status}: {reply.content!r}")
    connection.close()


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
