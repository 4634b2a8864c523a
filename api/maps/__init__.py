"""Maps made with Folium: of the city now, of coverage, and of whatever an analyst has in a notebook."""
