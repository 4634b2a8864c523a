"""OSRM's HTTP API, version 1, over our router: requests in its grammar, answers in its shapes and codes."""
