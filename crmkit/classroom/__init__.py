"""The classroom: blank exercises from their solutions."""
