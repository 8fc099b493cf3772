"""The processes that judge large payloads are there again after one of them died."""

import os
import signal
from concurrent.futures import BrokenExecutor

import pytest

from commands.judging_workers import RenewedPool


def test_after_a_process_died_others_take_its_place():
    pool = RenewedPool()
    try:
        dying = pool.submit(os.kill, pool.submit(os.getpid).result(), signal.SIGKILL)
        with pytest.raises(BrokenExecutor):
            dying.result(60)
        assert pool.submit(os.getpid).result(60) > 0
    finally:
        pool.shutdown()
