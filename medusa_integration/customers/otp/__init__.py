"""One-time passwords of e-mail addresses."""
