# What script/server, script/test and script/messages share. Sourced by them with $root set to the project's folder.

python_is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python_can_make_venvs() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Print the first Python >= 3.11 for which the check named by $1 also holds. Every folder of PATH is tried, not only
# the first: a version manager's python3 may exist and yet refuse to run.
find_python() {
    check=$1
    folders=$PATH:/usr/local/bin:/usr/bin:/opt/homebrew/bin
    for name in python3.13 python3.12 python3.11 python3 python; do
        old_ifs=$IFS
        IFS=:
        for folder in $folders; do
            IFS=$old_ifs
            candidate=$folder/$name
            if [ -x "$candidate" ] && python_is_new_enough "$candidate" && "$check" "$candidate"; then
                printf '%s\n' "$candidate"
                return 0
            fi
        done
        IFS=$old_ifs
    done
    return 1
}

stop_without_python() {
    if newest=$(find_python true); then
        version=$("$newest" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "Python $version is here, but it cannot make virtual environments. On Debian and Ubuntu this helps:" >&2
        echo "    sudo apt-get install python3-venv" >&2
    else
        echo "greetings_crm needs Python 3.11 or newer and found none. Install it (https://www.python.org) and try again." >&2
    fi
    exit 1
}

# Make .venv and fill it with uv. Fails quietly: pip comes next.
fill_with_uv() {
    command -v uv >/dev/null 2>&1 || return 1
    python=$(find_python true) || return 1
    if [ ! -x "$venv_python" ]; then
        rm -rf "$root/.venv"
        uv venv --quiet --no-project --python "$python" "$root/.venv" 2>/dev/null || return 1
    fi
    uv pip install --quiet --python "$venv_python" -r "$root/$1" 2>/dev/null ||
        uv --no-cache pip install --quiet --python "$venv_python" -r "$root/$1" 2>/dev/null
}

fill_with_pip() {
    if [ ! -x "$venv_python" ] || ! "$venv_python" -m pip --version >/dev/null 2>&1; then
        python=$(find_python python_can_make_venvs) || stop_without_python
        rm -rf "$root/.venv"
        "$python" -m venv "$root/.venv" || exit 1
    fi
    # PIP_USER=1 in a person's settings would put the packages outside of .venv. Compiling takes longer than all the
    # rest, and Python does it for what it imports.
    PIP_USER=0 "$venv_python" -m pip install --quiet --no-compile --disable-pip-version-check --no-input -r "$root/$1"
}

stamp_of() {
    printf '%s\n' "$root/.venv/.installed-${1%.txt}"
}

sum_of() {
    cat "$root/requirements.txt" "$root/$1" | cksum
}

# Install the file of requirements named by $1, unless exactly this was done before: then no network is needed.
prepare_venv() {
    venv_python=$root/.venv/bin/python
    if [ -x "$venv_python" ] && ! python_is_new_enough "$venv_python"; then
        rm -rf "$root/.venv"
    fi
    if [ -x "$venv_python" ] && [ "$(cat "$(stamp_of "$1")" 2>/dev/null)" = "$(sum_of "$1")" ]; then
        return 0
    fi
    echo "Installing what $1 names into .venv (only when it changed) …"
    fill_with_uv "$1" || fill_with_pip "$1" || {
        echo "The packages of $1 could not be installed; the lines above say why. Is there a network?" >&2
        exit 1
    }
    # What the tests need contains what the server needs.
    sum_of requirements.txt >"$(stamp_of requirements.txt)"
    sum_of "$1" >"$(stamp_of "$1")"
}
