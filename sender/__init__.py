"""What a sender runs: name, sign, send and collect; never imports the server's tables."""
