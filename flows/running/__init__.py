"""When runs begin, and who hears how they ended."""
