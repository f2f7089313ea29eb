"""`python -m yumiao`: the same as the command `yumiao`."""

import sys

from yumiao.config.cli import main

sys.exit(main())
