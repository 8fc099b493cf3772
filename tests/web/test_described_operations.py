"""Whatever the OpenAPI description allows, and much that it does not, leads to no server error."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.web.conftest import Server, Web

EXAMPLES = int(os.environ.get("EXAMPLES", "4"))
"""Examples of each operation; `make examples` asks for thousands in all."""
TOKEN_PATH = "/api/oauth/token"
TURNED_AWAY = {401, 429}
"""Answers behind which no operation has looked at its request."""


def run_examples(server: Server, folder: Path, *options: str) -> Counter[int]:
    """Send examples of the operations that `options` choose; return how often each status was answered.

    One worker: Python 3.11 now and then fails to parse a program in two threads at once.
    """
    record = folder / "exchanged.har"
    ran = subprocess.run(
        [
            *(Path(sys.executable).with_name("st"), "run", f"{server.url}/api/v1/openapi.json", *options),
            *("--tls-verify", server.authority),
            *("--checks", "not_a_server_error", "--mode", "all", "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", str(EXAMPLES), "--generation-database", "none", "--request-timeout", "90"),
            *("--no-color", "--continue-on-failure", "--workers", "1", "--report-har-path", str(record)),
        ],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
        cwd=folder,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in server.log
    return Counter(entry["response"]["status"] for entry in json.loads(record.read_text())["log"]["entries"])


def test_no_request_leads_to_a_server_error(web: Web, impatient: Server, tmp_path: Path):
    shown = f"Authorization: Bearer {web.token()}"
    answered = run_examples(impatient, tmp_path, "--exclude-path", TOKEN_PATH, "--header", shown)

    turned_away = sum(answered[status] for status in TURNED_AWAY)
    assert turned_away < answered.total() / 4, answered


def test_no_request_for_a_token_leads_to_a_server_error(web: Web, impatient: Server, tmp_path: Path):
    answered = run_examples(impatient, tmp_path, "--include-path", TOKEN_PATH)

    assert answered[401] > 0, answered
    assert answered.total() >= EXAMPLES
