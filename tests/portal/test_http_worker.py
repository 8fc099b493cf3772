"""A worker of the portal is never stopped for long by the collection of garbage."""

import gc

import pytest
from uvicorn_worker import UvicornWorker

from portal.http_worker import HttpWorker


def test_what_a_worker_was_loaded_with_is_never_looked_through_for_garbage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(UvicornWorker, "load_wsgi", lambda _worker: None)
    worker = HttpWorker.__new__(HttpWorker)
    try:
        worker.load_wsgi()
        assert gc.get_freeze_count() > len(gc.get_objects())
    finally:
        gc.unfreeze()
