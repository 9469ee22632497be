"""Every side effect: what runs, when, against which site."""

import os

# Polars and Delta Lake each hold on to memory they have freed, unless told otherwise before they are first imported: a
# long night would come to hold hundreds of megabytes for nothing, and take no less CPU.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
