"""From reviews to letters, each to the right reader once."""
