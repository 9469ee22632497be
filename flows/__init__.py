"""Every side effect: what runs, when, against which site."""

import os

# Polars and Delta Lake each keep memory they have freed for ten seconds, unless told otherwise before they are first
# imported, which comes to hundreds of megabytes in a long night. A second costs little CPU; none at all, a third more.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:1000,muzzy_decay_ms:0")
