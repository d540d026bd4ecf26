"""About SGD convergence analysis of neural networks with non-linear activation (a course report)."""
