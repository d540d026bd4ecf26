"""One package a paper: its experiments, claims, inventory and errata. A constant that a paper printed lives there only."""
