"""What Django logs of requests is written in our lines, and never in the way of an answer."""

import io
import logging

import structlog

from portal.request_lines import RequestLines


class NobodyReads(io.StringIO):
    """The end of a pipe whose reader is gone."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_log_that_nobody_reads_fails_no_page() -> None:
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(NobodyReads()))
    record = logging.makeLogRecord({"name": "django.request", "levelno": logging.ERROR, "msg": "Service Unavailable"})

    assert RequestLines().handle(record)
