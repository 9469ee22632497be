from transforms.exports.cutting import Cutting, cutting
from transforms.exports.delivery import sheet_of
from transforms.exports.parts import Part
from transforms.exports.profile import Profile, Profiles, load_profiles, shipped_profiles
from transforms.exports.reading import TABLES_OF_KIND, Read, read
from transforms.exports.sheet import REASONS

__all__ = [
    "REASONS",
    "TABLES_OF_KIND",
    "Cutting",
    "Part",
    "Profile",
    "Profiles",
    "Read",
    "cutting",
    "load_profiles",
    "read",
    "sheet_of",
    "shipped_profiles",
]
