"""What somebody runs beside the card reader to sign in with an eID; knows no server of ours but by https."""
