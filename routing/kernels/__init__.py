"""Kernels on the road network."""
