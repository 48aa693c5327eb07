"""Come here for what is broken on purpose, under load, and how what is left is judged.

`python -m tests.chaos` (or `make chaos`) goes through all of it and prints a table.
"""
