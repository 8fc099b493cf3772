"""The way of a delivery: seal, judge, acknowledge, file, notify; holds no rule of one message."""
