"""`python -m elbo_check` is `elbo-check`."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
