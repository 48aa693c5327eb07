"""The doors over HTTP, one file a noun."""
