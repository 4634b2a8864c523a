"""A day again, under any policy: the same reports and the same work, and what crews would have made of it."""
