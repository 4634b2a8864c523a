"""The demo: the sample city with simulated crews and reports, as separate clients over the real protocols."""
