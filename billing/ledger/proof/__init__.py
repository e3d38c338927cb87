"""Proof that the books are what they were: seals, the guards of the database, and `verify`.

Read `seals` (what a seal is), `sealing` (making them), `folding` (the books worked out again, row
by row) and `verification` on top. Nothing here writes anything but seals.
"""
