#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# One .wat for each bug that was found and mended, in the form of tests/trap.
# shellcheck source=tests/trap/run.sh
. "$(dirname "$0")/../trap/run.sh"
