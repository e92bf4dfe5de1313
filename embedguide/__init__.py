"""A guide to embeddings in language models, and the generator that computes and places its results."""

import os

__version__ = "0.1.0"

# One BLAS/OpenMP thread per process: on small machines two threads cost 5 to 10 times the CPU of one.
# This must run before numpy or torch is imported, and every module of the package comes through here.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
