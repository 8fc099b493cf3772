"""Many requests wait for answers in one process, and hold no thread of it."""

import asyncio
import time

import httpx
import psutil

from tests.dimona_files import a_payload, an_in
from tests.web.conftest import Web

WAITING = 200


def worker_of(web: Web) -> psutil.Process:
    (worker,) = psutil.Process(web.server.process.pid).children()
    return worker


def test_two_hundred_waiting_requests_hold_no_thread_and_wake_together(web: Web):
    worker = worker_of(web)
    token = web.token()

    async def wait_all() -> tuple[list[httpx.Response], int, int, float]:
        limits = httpx.Limits(max_connections=WAITING + 10, max_keepalive_connections=0)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            base_url=web.server.url, verify=web.server.tls(), timeout=60, limits=limits, headers=headers
        ) as http:
            waiting = [asyncio.create_task(http.get("/api/v1/answers", params={"wait": 60})) for _ in range(WAITING)]
            while len(worker.net_connections(kind="tcp")) < WAITING:  # noqa: ASYNC110 - another process's connections
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            threads, done = worker.num_threads(), sum(task.done() for task in waiting)
            sent = await http.post("/api/v1/deliveries", files=web.files(a_payload(an_in())))
            assert sent.status_code == 202, sent.text
            await asyncio.to_thread(work, web)
            began = time.monotonic()
            return await asyncio.gather(*waiting), threads, done, time.monotonic() - began

    answers, threads, done, seconds = asyncio.run(wait_all())

    assert done == 0
    assert threads <= 8 + 4
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json()["answers"] for answer in answers)
    assert seconds < 15


def work(web: Web) -> None:
    from django.db import connections  # noqa: PLC0415 - in a thread of its own

    web.bench.work()
    connections.close_all()


def test_waiting_requests_end_when_the_process_is_told_to_stop(web: Web):
    token = web.token()

    async def stop_while_waiting() -> tuple[httpx.Response, float]:
        async with httpx.AsyncClient(
            base_url=web.server.url, verify=web.server.tls(), timeout=60, headers={"Authorization": f"Bearer {token}"}
        ) as http:
            waiting = asyncio.create_task(http.get("/api/v1/answers", params={"wait": 60}))
            await asyncio.sleep(1)
            began = time.monotonic()
            worker_of(web).terminate()
            return await waiting, time.monotonic() - began

    answer, seconds = asyncio.run(stop_while_waiting())

    assert answer.json()["answers"] == []
    assert seconds < 8
    with web.http() as http:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                assert http.get("/api/v1/answers").status_code == 200
                break
            except httpx.TransportError:
                time.sleep(0.2)
