# SPDX-License-Identifier: Apache-2.0
"""``python -m cloud up|status|down|reset|logs SERVICE``."""

import sys

from cloud.cli import main

sys.exit(main(sys.argv[1:]))
