"""The street: lamps of other makers, who know only the wire."""
