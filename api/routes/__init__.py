"""Every path of the server, by theme."""
