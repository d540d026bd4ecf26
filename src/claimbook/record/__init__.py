"""What happened: records, the stores that hold them, where they came from, and whether they are stale."""
