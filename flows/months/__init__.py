"""From facts to reviews: measured, explained, issued, closed and kept."""
