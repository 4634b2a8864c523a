"""Kernels of planning: ruin and recreate on the arrays of a problem."""
