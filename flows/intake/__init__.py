"""What is delivered, on its way into the lake."""
