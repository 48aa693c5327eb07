"""Come here from `python -m dispatch` or `lamplighter`: the front door."""

from dispatch.command_line import main

if __name__ == "__main__":
    main()
