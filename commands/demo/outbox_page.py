"""A page with the messages that the demo would have sent to people; for this machine alone, since secrets stand in it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

HOST = "127.0.0.1"
_NEWEST = 200
_CARRIERS = {"MAIL": "E-mail to", "SMS": "SMS to"}
_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5"><title>Messages of the demo</title><style>
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem; font: 1rem/1.5 system-ui, sans-serif; }
article { margin: 1rem 0; padding: 1rem; border: 1px solid GrayText; border-radius: 4px; }
h2 { margin: 0; font-size: 1.1rem; } p { margin: 0.25rem 0; } pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 1rem; }
</style></head><body><h1>Messages of the demo</h1>
<p>What people would get by e-mail and SMS, the newest first. The page looks again every five seconds.</p>
$messages</body></html>
""")


@contextmanager
def outbox_page(folder: Path, port: int) -> Iterator[str]:
    """Show the messages that lie in `folder` until the block ends; yields the address. A taken port is left for a free one."""
    try:
        server = ThreadingHTTPServer((HOST, port), _handler(folder))
    except OSError:
        server = ThreadingHTTPServer((HOST, 0), _handler(folder))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def render_messages(folder: Path) -> str:
    """Return the page; what lies in the folder and is no message is left out."""
    names = sorted(folder.glob("*.json"), reverse=True)[:_NEWEST]
    shown = "".join(map(_render, names)) or "<p>Nothing was sent yet.</p>"
    return _PAGE.substitute(messages=shown)


def _render(path: Path) -> str:
    message = json.loads(path.read_text(encoding="utf-8"))
    carrier = _CARRIERS.get(message["carrier"], message["carrier"])
    subject = f"<p><strong>{escape(message['subject'])}</strong></p>" if message["subject"] else ""
    return (
        f"<article><h2>{escape(carrier)} {escape(message['recipient'])}</h2><p>{escape(message['written_at'][:19])} UTC</p>"
        f"{subject}<pre>{escape(message['body'])}</pre></article>\n"
    )


def _handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Messages(BaseHTTPRequestHandler):
        """Answers with the page, and only to who asks for this machine by name: other sites' pages cannot read it."""

        def do_GET(self) -> None:
            asked = (self.headers.get("Host") or "").rpartition(":")[0]
            if asked not in {HOST, "localhost"} or self.path != "/":
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            content = render_messages(folder).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class names it
            """Keep the demo's own lines readable."""

    return Messages
