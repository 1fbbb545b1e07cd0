#!/usr/bin/env bash
# Pins every dependency with hashes, for all platforms. The lock names no index.
set -euo pipefail
cd "$(dirname "$0")/.."
# setuptools builds our own editable install (--no-build-isolation keeps that offline, too).
{ echo setuptools; echo wheel; } > .lock.in
trap 'rm -f .lock.in' EXIT
compile() {
    uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-header --no-annotate --quiet "$@"
}
compile --all-extras pyproject.toml .lock.in -o requirements.lock
# Okta's clients, for tests only, in an environment of their own (scripts/third_party.sh).
clients=tests/third_party/python/requirements
compile "$clients.in" -o "$clients.lock"
for lock in requirements.lock "$clients.lock"; do
    if grep -nE '^--|https?://' "$lock"; then
        echo "$lock names an index; it must not" >&2
        exit 1
    fi
done
