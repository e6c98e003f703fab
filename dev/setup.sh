#!/bin/sh
# Sets up .venv from the locked dependencies. Called by make, which skips it while requirements/dev.lock is unchanged.
set -eu
cd "$(dirname "$0")/.."

python=""
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$("$candidate" -c 'import sys; print(sys.executable)')
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 ou plus récent est nécessaire (sous Debian : apt install python3)." >&2
    exit 1
fi

# A shim named uv may exist and not run: only its answer counts.
if uv --version >/dev/null 2>&1; then
    uv=uv
else
    uv="$PWD/var/uv/bin/uv"
    if ! "$uv" --version >/dev/null 2>&1; then
        mkdir -p var
        # --target is accepted where the system's Python is marked as externally managed (PEP 668).
        if ! { "$python" -m pip install --quiet --target var/uv uv 2>var/uv.log ||
            { "$python" -m venv var/uv 2>>var/uv.log && var/uv/bin/pip install --quiet uv 2>>var/uv.log; }; }; then
            cat var/uv.log >&2
            echo "L'outil uv n'a pas pu être installé : il faut pip (sous Debian : apt install python3-pip)." >&2
            exit 1
        fi
    fi
fi

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    "$uv" venv --quiet --clear --python-preference only-system --python "$python" .venv
fi
# Compiled once here: where Python is told to write no bytecode, each process would compile all it loads, every time.
"$uv" pip sync --quiet --compile-bytecode --require-hashes --python .venv/bin/python requirements/dev.lock
touch .venv/.installed
