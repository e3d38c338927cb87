"""Signing off: what a run proposes is booked once, and what it decided is stored."""
