"""The common sign-in page as an OpenID Connect provider: other applications send people here and receive them signed in.

Authorization code with PKCE for registered, confidential applications, and nothing else of the protocol.
"""
