"""The clients of the web measurement: several https connections in one process, each delivering sets one by one."""

import resource
import secrets
import ssl
from collections.abc import Sequence

from commands.bench.doors.client_lines import at_once, messages, say
from commands.bench.doors.https_connections import HttpsConnection, render_delivery

_ACCEPTED = 202


def main() -> None:
    """Connect, then deliver at each message; answer it with the processor time that the deliveries took here."""
    connections: list[HttpsConnection] = []
    port = 0
    for message in messages():
        match message:
            case {"port": port, "authority": authority, "connections": count}:
                context = ssl.create_default_context(cafile=authority)
                at_once(lambda _, at=(port, context): connections.append(HttpsConnection(*at)), range(count))
                say("ready")
            case {"token": token, "shares": shares, "bytes": [payload, signature], "has_key": has_key}:
                contents = {"payload": secrets.token_bytes(payload), "signature": secrets.token_bytes(signature)}
                requests = [
                    [render_delivery(key, port=port, token=token, has_key=has_key, **contents) for key in share]
                    for share in shares
                ]
                before = _cpu_seconds()
                at_once(lambda pair: _deliver(*pair), list(zip(connections, requests, strict=True)))
                say(_cpu_seconds() - before)


def _deliver(connection: HttpsConnection, requests: Sequence[bytes]) -> None:
    for request in requests:
        reply = connection.ask(request)
        if reply.status != _ACCEPTED:
            raise RuntimeError(f"the web service answered {reply.status}: {reply.content!r}")


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
