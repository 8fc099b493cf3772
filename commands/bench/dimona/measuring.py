"""Run the deliveries, the bare rig and the look-ups in turn, and put their figures together."""

import os
import statistics
import tempfile
import time
from pathlib import Path

from commands.authority import utc_now
from commands.bench.database import bench_database
from commands.bench.dimona.bare import file_barely
from commands.bench.dimona.payloads import FORMS_OF_LARGEST, PayloadWriter
from commands.bench.footprints import peak_megabytes
from commands.demo.installation import OWN_NSSO, DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from signing.signer import PayloadSigner

MEGABYTES = (10, 50, 190)
ROUNDS = 3


def measure() -> dict[str, float]:
    """Return medians over rounds, in declarations a second unless a name says otherwise."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder, bench_database(Path(folder)):
        home = Path(folder)
        from commands.compose import compose_counter, set_up_django  # noqa: PLC0415 - the database must be there

        set_up_django()
        from django.conf import settings  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        make_missing_keys(home / "keys")
        keys = DemoKeys(home / "sender")
        install_demo_sender(keys, home=home, sftp_port=0, at=utc_now())
        from commands.bench.dimona.deliveries import Deliveries, file_measured  # noqa: PLC0415
        from commands.judging_workers import judging_workers  # noqa: PLC0415

        counter = compose_counter(settings.GUICHET)
        deliveries = Deliveries(PayloadSigner.load(keys.signing_key, keys.certificate))
        writer = PayloadWriter(OWN_NSSO)
        schema = counter.desk.payloads.schemas.find("Dimona_20231.xsd", message="DIMN", on=utc_now().date())
        payload = home / "payload.xml"
        writer.write(payload, forms=4_000, at=utc_now())
        file_measured(deliveries, payload, counter=counter, at=utc_now())
        seconds: dict[int, list[float]] = {size: [] for size in MEGABYTES}
        bare: list[float] = []
        for _ in range(ROUNDS):
            for size in MEGABYTES:
                forms = FORMS_OF_LARGEST * size // MEGABYTES[-1]
                writer.write(payload, forms=forms, at=utc_now())
                spent = file_measured(deliveries, payload, counter=counter, at=utc_now())
                seconds[size].append(spent / forms)
            began = time.perf_counter()
            filed = file_barely(
                payload, schema=schema, database_url=os.environ["DATABASE_URL"], workers=judging_workers()
            )
            bare.append(filed / (time.perf_counter() - began))
        peak = peak_megabytes()
    each = {size: statistics.median(values) for size, values in seconds.items()}
    rate = 1 / each[MEGABYTES[-1]]
    bare_rate = statistics.median(bare)
    return {
        "declarations_per_s": rate,
        "declarations_per_s_10mb": 1 / each[MEGABYTES[0]],
        "bare_per_s": bare_rate,
        "ratio_to_bare": rate / bare_rate,
        "per_declaration_190_over_50": each[190] / each[50],
        "peak_mb": peak,
    }
