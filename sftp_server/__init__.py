"""The SFTP door; whatever a channel does already stands in `channels`."""
