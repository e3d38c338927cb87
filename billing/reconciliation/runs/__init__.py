"""Signed-off runs: who signed them, what they carried, and what that means to this one."""
