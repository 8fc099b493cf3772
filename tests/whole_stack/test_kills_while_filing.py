"""A worker may be killed at any instant while it judges and files a large payload: all of it ends as if nothing had been."""

import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.brussels import brussels_date
from tests.dimona_files import a_payload
from tests.mixed_forms import mixed_forms
from tests.whole_stack.killed_workers import LEASE_SECONDS, UNEVEN, Homes, open_homes

SEED = 20260702
KILLS = int(os.environ.get("KILLS", "20"))
EACH = 3
"""Kills of one payload; after five leases it would be set apart."""
FORMS, MEGABYTES = (1_000, 5) if KILLS < 10 else (6_000, 8)


@pytest.fixture
def homes() -> Iterator[Homes]:
    with tempfile.TemporaryDirectory(prefix="gk-") as folder, open_homes(Path(folder)) as homes:
        forms = mixed_forms(FORMS, seed=SEED, today=brussels_date(datetime.now(UTC)))
        blanks = " " * (MEGABYTES * 1024 * 1024 // FORMS - len("".join(forms)) // FORMS)
        homes.deliver(a_payload(*(form + blanks for form in forms)))
        yield homes


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_kills_while_a_large_payload_is_filed_leave_what_an_undisturbed_worker_leaves(homes: Homes):
    chance = random.Random(SEED)  # noqa: S311 - instants, no secret
    undisturbed = homes.make()
    seconds, _ = undisturbed.work_from_claim()
    assert (undisturbed.state(), undisturbed.query(UNEVEN), undisturbed.kept()) == ("FILED", [], [])
    expected = undisturbed.told()
    assert len(expected[0]) == FORMS

    died: list[str] = []
    while len(died) < KILLS:
        home, before = homes.make(), len(died)
        while home.state() != "FILED" and len(died) < min(before + EACH, KILLS):
            _, state = home.work_from_claim(kill_after=chance.uniform(0, seconds))
            died += [state] if state else []
            time.sleep(LEASE_SECONDS)
        home.finish()

        assert home.query(UNEVEN) == []
        assert home.told() == expected
        assert home.kept() == []
    print(f"{len(died)} workers were killed, and left: {sorted(died)}")  # noqa: T201 - what `make kills` reports
