"""Judge check-ins by what needs no register: their structure in a file, and the shapes, check digits and dates of any door."""

from validators.checkins.judging import judge_item

__all__ = ["judge_item"]
