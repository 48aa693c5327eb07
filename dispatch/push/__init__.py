"""One file a target of pushes."""
