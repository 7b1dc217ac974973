#!/usr/bin/env bash
# Brings the commits that a comparison needs, where the checkout is too shallow for it: the base, and the
# history down to where the change began.
#
# Of the history everything is brought, as a partial clone fetches what it lacks when it is read, and the
# program goes nowhere. What cannot be brought is no error here: `check` says what it lacks.
#
# In: BAILIWICK_PROGRAM and what the program reads of the inputs and the event.
set -euo pipefail

# What is wrong with the event or the inputs is told by the step that checks.
missing() {
    "$BAILIWICK_PROGRAM" action --missing 2>/dev/null | tr -d '\r'
}
base=$(missing) || exit 0
if [ -z "$base" ]; then
    exit 0
fi
cd "$GITHUB_WORKSPACE/$BAILIWICK_WORKING_DIRECTORY"

# The repository is the first folder with a `.git`, which nothing that is checked out can be called. Git
# would also take a folder that looks like a bare repository, and obey the configuration that a change put
# there.
top=$PWD
while [ ! -e "$top/.git" ]; do
    [ "$top" != "$(dirname "$top")" ] || exit 0
    top=$(dirname "$top")
done
# Nobody is there to type a password.
export GIT_TERMINAL_PROMPT=0
git() {
    command git --git-dir="$top/.git" "$@"
}

case $base in
refs/remotes/origin/*) wanted=+refs/heads/${base#refs/remotes/origin/}:$base ;;
*^1) wanted=${base%^1} ;;
*) wanted=$base ;;
esac
head=$(git rev-parse --verify --quiet HEAD) || exit 0
fetch() {
    printf 'fetching %s %s\n' "$base" "$*"
    git fetch --quiet --no-tags --no-recurse-submodules "$@" origin "$wanted" "$head" && [ -z "$(missing)" ]
}
if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
    # Never less than there is already: `--depth` shortens, too.
    depth=$(($(git rev-list --count --first-parent "$head" --) + 1))
    for _ in 1 2 3; do
        if fetch "--depth=$depth"; then
            exit 0
        fi
        depth=$((depth * 10))
    done
    if fetch --unshallow; then
        exit 0
    fi
elif fetch; then
    exit 0
fi
printf 'note: what the change is compared with could not be fetched\n' >&2
