"""Tell senders that answers are ready: by a signed request to a receiver of theirs, or by mail to the technical user."""
