"""Check-ins over the web service: REST in the official vocabulary, and the SOAP service PresenceRegistration v1."""
