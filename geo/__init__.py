"""Where things are: places, areas, numbers, the index."""
