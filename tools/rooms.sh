#!/bin/sh
# Fail unless the tests just run covered every line and branch of the rooms where nothing may be missed.
set -eu

ROOMS='src/affidavit/base/*,*/decide.py'

if ! table=$(.venv/bin/coverage report --include="$ROOMS" --fail-under=100 2>&1); then
    printf '%s\n' "$table" "affidavit: these need 100 % branch coverage: $ROOMS" >&2
    exit 1
fi
