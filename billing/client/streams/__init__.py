"""Answers that the caller reads: heard as they pass, and settled when they end."""
