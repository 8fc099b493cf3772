"""What was received, decided and answered; knows no message, no channel and no person."""
