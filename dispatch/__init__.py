"""What happens to people: reports, incidents, pushes; the front door."""
