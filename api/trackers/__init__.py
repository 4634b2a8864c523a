"""What tracking applications post, read into one shape: OsmAnd and Traccar Client, GPSLogger, OwnTracks."""
