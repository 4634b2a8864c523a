"""What callers are shown: the domain's values as JSON and GeoJSON."""
