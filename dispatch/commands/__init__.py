"""Groups of commands of `lamplighter`, one file a group."""
