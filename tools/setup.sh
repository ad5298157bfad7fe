#!/bin/sh
# Set .venv up from uv.lock: `setup.sh runtime` to audit, `setup.sh dev` to work on the code.
# PYTHON names the interpreter; without it the first of the candidates that serves is taken.
set -eu

UV_VERSION=0.13.8
CANDIDATES="python3.13 python3.12 python3.11 python3 python3.14 python"

# A command that exists may still not run: pyenv's stand-ins for versions that are not chosen.
new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# Debian and its kin ship Python without what makes an environment.
makes_environments() {
    "$1" -c 'import venv, ensurepip' >/dev/null 2>&1
}

refuse() {
    echo "affidavit: $1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

refuse_without_venv() {
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    refuse "$1 cannot make a virtual environment: its venv module is missing or incomplete." \
        "On Debian or Ubuntu install the package python3-venv (or python$version-venv):" \
        "apt install python3-venv"
}

chosen_python() {
    [ -z "${PYTHON:-}" ] || CANDIDATES=$PYTHON
    without_venv=
    for candidate in $CANDIDATES; do
        new_enough "$candidate" || continue
        if makes_environments "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
        without_venv=${without_venv:-$candidate}
    done
    [ -z "$without_venv" ] || refuse_without_venv "$without_venv"
    refuse "Python 3.11 or newer is needed; none of these runs and is: $CANDIDATES." \
        "Install it, or name it: make audit PYTHON=/path/to/python3"
}

install_uv() {
    [ "$(.make/uv/bin/uv --version 2>/dev/null | cut -d ' ' -f 2)" != "$UV_VERSION" ] || return 0
    rm -rf .make/uv
    "$1" -m venv .make/uv
    .make/uv/bin/python -m pip install --quiet --disable-pip-version-check \
        --only-binary :all: "uv==$UV_VERSION"
}

# The machine's own certificates, where it has any: networks that inspect TLS add theirs there.
certificates() {
    for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
        if [ -s "$bundle" ]; then
            echo --system-certs
            return
        fi
    done
}

# The lock decides every version: nothing is resolved anew, and no interpreter is downloaded.
sync() {
    # shellcheck disable=SC2046,SC2086 # both are lists of options
    UV_PROJECT_ENVIRONMENT=.venv .make/uv/bin/uv sync --quiet --locked --no-python-downloads \
        $(certificates) --python "$1" $2
}

# Environments hold the path they were made at: what was moved or copied here does not run.
discard_what_was_moved() {
    if [ -e .venv/place ] && [ "$(cat .venv/place)" != "$(pwd -P)" ]; then
        rm -rf .venv .make
    fi
}

discard_what_was_moved
mkdir -p .make
echo '*' >.make/.gitignore
python=$(chosen_python)
echo "affidavit: setting up .venv from uv.lock with $python (only when the lock has changed)" >&2
install_uv "$python"
case $1 in
    # What an earlier `dev` put there may stay.
    runtime) sync "$python" "--no-dev --inexact" ;;
    dev) sync "$python" "" ;;
esac
pwd -P >.venv/place
[ "$1" = runtime ] || touch .venv/dev
touch .venv/runtime
