"""On the optimization of deep networks: implicit acceleration by overparameterization (slides of a reproduction, 2019)."""
