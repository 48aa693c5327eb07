"""One file a source of cries for help; each ends in a Report."""
