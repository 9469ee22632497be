from transforms.exports.profile import Profile, Profiles, load_profiles, shipped_profiles
from transforms.exports.reading import Read, read
from transforms.exports.sheet import REASONS

__all__ = ["REASONS", "Profile", "Profiles", "Read", "load_profiles", "read", "shipped_profiles"]
