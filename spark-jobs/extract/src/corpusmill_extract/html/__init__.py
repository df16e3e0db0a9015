"""Web pages to text: decoding, limits, main content."""
