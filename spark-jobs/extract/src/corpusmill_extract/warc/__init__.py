"""WARC and WET input: members, record framing, HTTP messages, pages."""
