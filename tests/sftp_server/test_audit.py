"""What ssh-audit says about the door: no failure but its opinion on NIST's curves."""

import json
import subprocess
import sys
from pathlib import Path

from sftp_server.penalties import PenaltyRules

OPINION = "using elliptic curves that are suspected as being backdoored by the U.S. National Security Agency"


def test_ssh_audit_finds_no_failure(doorkeeper):
    door = doorkeeper.open(penalties=PenaltyRules(least=600.0))  # it calls many times and logs in never
    program = Path(sys.executable).with_name("ssh-audit")
    done = subprocess.run(
        [program, "--json", "--skip-rate-test", "--port", str(door.port), "127.0.0.1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    report = json.loads(done.stdout)
    spoken = [entry for kind in ("kex", "key", "enc", "mac") for entry in report[kind]]
    failures = {note for entry in spoken for note in entry.get("notes", {}).get("fail", [])}
    assert len(spoken) > 15
    assert {key["hostkey"] for key in report["fingerprints"]} >= {"ssh-ed25519"}
    assert failures == {OPINION}
    assert report["cves"] == []
    assert report["additional_notes"] == []
    assert report["banner"]["software"] == "Guichet"


def test_a_source_that_only_asks_is_slowed_down(doorkeeper):
    """Whoever makes us compute key exchanges without ever logging in (DHEat) has to wait."""
    door = doorkeeper.open()
    program = Path(sys.executable).with_name("ssh-audit")
    done = subprocess.run(
        [program, "--json", "--port", str(door.port), "127.0.0.1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "DHEat" not in done.stdout
