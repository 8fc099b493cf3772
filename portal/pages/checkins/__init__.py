"""Check-ins: workers on a phone, employers, clients and the operators who decide corrections."""
