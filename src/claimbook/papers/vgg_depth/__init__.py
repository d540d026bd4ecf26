"""Investigating the Optimization of Convolutional Networks (a course report): depth, and batch normalisation."""
