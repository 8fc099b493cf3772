"""The web service: deliver and collect over https; it translates, the mailbox decides."""
