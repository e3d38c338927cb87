"""Calls through the official SDK: built, sent once, answered in the SDK's own types; needs it."""
