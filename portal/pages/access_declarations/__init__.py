"""Access declarations: what senders declared for the company, what waits for a manager, what was decided, and who may send."""
