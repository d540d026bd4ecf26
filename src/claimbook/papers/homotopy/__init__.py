"""An efficient homotopy training algorithm for neural networks (an anonymous submission to ICLR 2020)."""
