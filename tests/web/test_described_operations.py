"""Whatever the OpenAPI description allows, and much that it does not, leads to no server error."""

import os
import subprocess
import sys
from pathlib import Path

from tests.web.conftest import Server, Web

EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
"""Examples of each operation; `make examples` asks for thousands in all."""


def test_no_request_leads_to_a_server_error(web: Web, impatient: Server, tmp_path: Path):
    token = web.token()
    ran = subprocess.run(
        [
            *(Path(sys.executable).with_name("st"), "run", f"{impatient.url}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--tls-verify", impatient.authority),
            *("--checks", "not_a_server_error", "--mode", "all", "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", str(EXAMPLES), "--generation-database", "none", "--request-timeout", "90"),
            *("--no-color", "--continue-on-failure", "--workers", "2"),
        ],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
        cwd=tmp_path,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in impatient.log
