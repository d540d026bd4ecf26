"""On the optimization of deep networks: implicit acceleration by overparameterization (slides of 2019)."""
