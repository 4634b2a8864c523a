"""The base map: raster tiles drawn from our own roads and their names."""
