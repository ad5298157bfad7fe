#!/bin/sh
# Fail unless the tests just run covered enough of the whole, which pyproject.toml names, and every line
# and branch of the rooms where nothing may be missed. Once, after the tests: it takes them all apart.
set -eu

ROOMS='src/affidavit/base/*,*/decide.py'

.venv/bin/coverage report
if ! table=$(.venv/bin/coverage report --include="$ROOMS" --fail-under=100 2>&1); then
    printf '%s\n' "$table" "affidavit: these need 100 % branch coverage: $ROOMS" >&2
    exit 1
fi
