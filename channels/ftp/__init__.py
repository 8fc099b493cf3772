"""The FTP door: translates FTP into what a mailbox offers; plain on listed networks, TLS everywhere else."""
