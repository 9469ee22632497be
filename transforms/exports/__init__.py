from transforms.exports.delivery import sheet_of
from transforms.exports.parts import Part
from transforms.exports.profile import Profile, Profiles, load_profiles, shipped_profiles
from transforms.exports.reading import Read, read
from transforms.exports.sheet import REASONS

__all__ = ["REASONS", "Part", "Profile", "Profiles", "Read", "load_profiles", "read", "sheet_of", "shipped_profiles"]
