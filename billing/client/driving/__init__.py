"""Performs the steps of a call in the caller's thread or task; others say how one is sent."""
