"""An embedded database of a bench's own, as durable as that of production."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.stack.embedded_server import EmbeddedServer
from commands.stack.interruptions import uninterrupted


@contextmanager
def bench_database(home: Path) -> Iterator[None]:
    """Run a server in `home` with the settings of production, fsync on; this process and its children find it."""
    os.environ["GUICHET_HOME"] = str(home)
    server = EmbeddedServer(home)
    server.prepare()
    try:
        server.start()
        server.wait_ready(give_up=lambda: False)
        server.create_databases("guichet")
        os.environ["DATABASE_URL"] = server.url("guichet")
        yield
    finally:
        from django.db import connections  # noqa: PLC0415 - Django is set up inside

        with uninterrupted():
            connections.close_all()
            server.stop()
