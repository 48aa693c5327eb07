"""Come here for what strangers may send: junk through every door, and whether anything gives way.

`.venv/bin/python -m tests.fuzz` is the long form and prints a table; `test_fuzz.py` is a taste.
"""
