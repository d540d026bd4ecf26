"""What needs MXNet: loaded when something is run, and not when experiments are looked up."""
