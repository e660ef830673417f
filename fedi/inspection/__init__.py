"""What a file or a page of anybody says to machines: got within limits, read in a child that is locked in, compared."""
