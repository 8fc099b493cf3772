"""The e-Box of the citizen: activated with an e-mail address, documents of every service, and their attachments."""
