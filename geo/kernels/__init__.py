"""Kernels on plain geometry, and the compiler of all kernels there are."""
