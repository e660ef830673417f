"""fedi: an artist server that federates, states its terms to machines, and protects pictures before they leave."""

__version__ = "0.1.0"
