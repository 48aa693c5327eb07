"""Come here for the soak: a stated load for a stated time, and what grows meanwhile.

`.venv/bin/python -m tests.soak --minutes 20` runs it on both pairs at once.
"""
