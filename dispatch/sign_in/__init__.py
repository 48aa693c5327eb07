"""How people and servers are known: accounts, sessions, tickets, tokens."""
