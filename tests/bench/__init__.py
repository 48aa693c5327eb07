"""Come here to measure how long help takes: `make bench`, or `python -m tests.bench --help`.

Law: every figure is a ratio of two things measured in one run on one machine, with real parts in
processes of their own. A figure alone says more about the machine than about us.
"""
