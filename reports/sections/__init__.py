"""The sections of a review's document, each from the view model to what its template writes."""
