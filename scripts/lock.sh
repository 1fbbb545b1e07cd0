#!/usr/bin/env bash
# Pins every dependency with hashes, for all platforms. The lock names no index.
set -euo pipefail
cd "$(dirname "$0")/.."
# setuptools builds our own editable install (--no-build-isolation keeps that offline, too).
{ echo setuptools; echo wheel; } > .lock.in
trap 'rm -f .lock.in' EXIT
uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
    --no-header --no-annotate --all-extras --quiet pyproject.toml .lock.in -o requirements.lock
if grep -nE '^--|https?://' requirements.lock; then
    echo "requirements.lock names an index; it must not" >&2
    exit 1
fi
