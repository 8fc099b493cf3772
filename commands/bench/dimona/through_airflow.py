"""Measure the same delivery through the running stack, where Airflow claims, judges and files.

A stack has processes and settings of its own, so it runs beside this module started as a program.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from commands.authority import utc_now
from commands.bench.dimona.payloads import FORMS_OF_LARGEST, PayloadWriter
from commands.bench.doors.installation import free_port
from commands.bench.footprints import peak_megabytes
from commands.demo.installation import OWN_NSSO, DemoKeys, install_demo_sender
from commands.stack.configuration import StackConfiguration
from commands.stack.supervisor import running_stack
from signing.signer import PayloadSigner

if TYPE_CHECKING:
    from commands.bench.dimona.deliveries import Deliveries

_PORTS = ("GUICHET_SFTP_PORT", "GUICHET_FTP_PORT", "GUICHET_PORTAL_PORT", "GUICHET_AIRFLOW_PORT")
_WARM_UP_FORMS = 4_000
_GIVE_UP_SECONDS = 600.0
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class ThroughAirflow:
    """What the largest payload makes: declarations a second, and the largest resident set of any process in MB."""

    declarations_per_s: float
    peak_mb: float


def measure_airflow() -> ThroughAirflow:
    """Return what the largest payload makes through Airflow, in whose processes Airflow's own are among ours."""
    with tempfile.TemporaryDirectory(prefix="ga-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"GUICHET_HOME": folder} | {name: str(free_port()) for name in _PORTS}
        told = subprocess.run(
            [
                sys.executable,
                "-c",
                "from commands.bench.dimona import through_airflow as way; way.deliver_through_stack()",
            ],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    rate, peak = told.stdout.splitlines()[-1].split()
    return ThroughAirflow(float(rate), float(peak))


def _deliver(deliveries: "Deliveries", writer: PayloadWriter, payload: Path, *, forms: int) -> float:
    """Return the seconds from the GO until the submission is filed and its notifications are ready."""
    from evidence.models import Submission, SubmissionState  # noqa: PLC0415 - Django is set up by then

    writer.write(payload, forms=forms, at=utc_now())
    go = deliveries.upload(payload, at=utc_now())
    began = time.perf_counter()
    deliveries.go(go)
    while not Submission.objects.filter(subject_name=go, state=SubmissionState.FILED).exists():
        if time.perf_counter() - began > _GIVE_UP_SECONDS:
            raise TimeoutError("the stack did not file the payload of a bench")
        time.sleep(_LOOK_SECONDS)
    return time.perf_counter() - began


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def deliver_through_stack() -> None:
    """Start the stack of this environment, deliver to it and print the rate and the peak as the last line."""
    configuration = StackConfiguration.from_environment()
    with running_stack(configuration, tell=_tell):
        from commands.compose import set_up_django  # noqa: PLC0415 - the database must be there

        set_up_django()
        from commands.bench.dimona.deliveries import Deliveries  # noqa: PLC0415

        keys = DemoKeys(configuration.home / "sender")
        install_demo_sender(keys, home=configuration.home, sftp_port=0, at=utc_now())
        deliveries = Deliveries(PayloadSigner.load(keys.signing_key, keys.certificate))
        writer, payload = PayloadWriter(OWN_NSSO), configuration.home / "payload.xml"
        _deliver(deliveries, writer, payload, forms=_WARM_UP_FORMS)
        seconds = _deliver(deliveries, writer, payload, forms=FORMS_OF_LARGEST)
        peak = peak_megabytes()
    sys.stdout.write(f"{FORMS_OF_LARGEST / seconds} {peak}\n")
