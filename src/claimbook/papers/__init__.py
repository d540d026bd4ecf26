"""One package a paper: its experiments, claims, inventory, errata. A constant that a paper printed lives there only."""
