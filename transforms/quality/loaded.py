"""What needs Great Expectations. Importing this costs seconds of CPU."""

from transforms import gx  # first: the others would import it whole
from transforms.quality import docs
from transforms.quality.validation import Validation

__all__ = ["Validation", "docs", "gx"]
