"""The operators' commands that configure senders, until there are pages for it; the changes themselves are in `channels`."""
