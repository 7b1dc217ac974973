#!/usr/bin/env bash
# Brings what a check needs and the checkout lacks: the commits down to where a change began, and in a partial clone
# (`filter`, and every `sparse-checkout`) the folders and files of the commits that are compared.
#
# All of it is fetched here, since the program never uses the network. A failure is no error: the check reports the
# data that is missing.
#
# In: BAILIWICK_PROGRAM and the environment from which the program reads the inputs and the event.
set -euo pipefail

note() {
    printf 'note: %s\n' "$1" >&2
    exit 0
}

command -v git >/dev/null || note 'git is not installed, so that nothing can be fetched'
# The step that checks reports what is wrong with the event or the inputs, such as a folder outside of the workspace.
"$BAILIWICK_PROGRAM" action --missing >/dev/null 2>&1 || exit 0
folder=$(printf '%s' "${BAILIWICK_WORKING_DIRECTORY:-.}" | tr -d '\r\n' | sed 's/^[[:space:]]*//; s/[[:space:]]*$//')
cd "$GITHUB_WORKSPACE/$folder"

# The repository is the first folder with a `.git`, which no file of a checkout can have as its name. Git would also
# accept a folder that looks like a bare repository, with a configuration that a change put there.
top=$PWD
while [ ! -e "$top/.git" ]; do
    [ "$top" != "$(dirname "$top")" ] || exit 0
    top=$(dirname "$top")
done
# No terminal can answer a question.
export GIT_TERMINAL_PROMPT=0
# Earlier steps may have pointed git to hooks that the repository holds.
git() {
    command git --git-dir="$top/.git" -c core.hooksPath=/dev/null -c core.fsmonitor=false -c gc.auto=0 \
        -c maintenance.auto=false "$@"
}
head=$(git rev-parse --verify --quiet HEAD) || exit 0

# Reads the revisions that can be compared with, and the refspecs that are missing.
revisions=()
refspecs=()
ask() {
    local key value
    revisions=()
    refspecs=()
    while read -r key value; do
        case $key in
        revision) revisions[${#revisions[@]}]=$value ;;
        fetch) refspecs[${#refspecs[@]}]=$value ;;
        esac
    done < <("$BAILIWICK_PROGRAM" action --missing 2>/dev/null | tr -d '\r')
}

is_partial=$(git config --get-regexp '^remote\.origin\.(promisor|partialclonefilter)$' || true)

# Fetches the trees and files of commits that a partial clone lacks, all of a kind with one request. Missing folders hide
# what is below them, so it looks again.
bring() {
    [ -n "$is_partial" ] || return 0
    local trees=() commit tree lacks before=
    for commit; do
        commit=$(git rev-parse --verify --quiet --end-of-options "$commit^{commit}") || continue
        tree=$(git cat-file commit "$commit" | sed -n '1s/^tree //p')
        # One request for a whole tree of folders, where even the first is missing.
        git cat-file -e "$tree" 2>/dev/null || true
        trees[${#trees[@]}]=$tree
    done
    for _ in 1 2 3 4; do
        [ "${#trees[@]}" -gt 0 ] || return 0
        lacks=$(git rev-list --objects --no-object-names --missing=print "${trees[@]}" 2>/dev/null |
            sed -n 's/^?//p' | LC_ALL=C sort -u) || return 0
        [ -n "$lacks" ] && [ "$lacks" != "$before" ] || return 0
        before=$lacks
        printf 'fetching %s objects that the partial clone lacks\n' "$(printf '%s\n' "$lacks" | wc -l | tr -d ' ')"
        printf '%s\n' "$lacks" |
            git -c fetch.negotiationAlgorithm=noop fetch --quiet --no-tags --no-recurse-submodules \
                --no-write-fetch-head --filter=blob:none --stdin -- origin || return 0
    done
}

# Brings what the commits that are compared lack; true if no history is missing.
is_ready() {
    ask
    [ "${#revisions[@]}" -gt 0 ] || return 0
    if [ -n "$is_partial" ]; then
        local revision bases=
        for revision in "${revisions[@]}"; do
            bring "$revision"
            bases="$bases $(git merge-base --all "$revision" "$head" 2>/dev/null | tr '\n' ' ' || true)"
        done
        # shellcheck disable=SC2086 # hashes, separated by blanks
        bring $bases
        ask
    fi
    [ "${#refspecs[@]}" -eq 0 ]
}

# Fails if the remote does not have it.
fetch() {
    printf 'fetching %s\n' "$*"
    git fetch --quiet --no-tags --no-recurse-submodules "${@:2}" -- origin "$1" "$head"
}

bring "$head"
if is_ready; then
    exit 0
fi
for refspec in "${refspecs[@]}"; do
    [ "$refspec" != HEAD ] || refspec=$head
    if [ "$(git rev-parse --is-shallow-repository)" != true ]; then
        if fetch "$refspec" && is_ready; then
            exit 0
        fi
        continue
    fi
    # Never less than there is already: `--depth` shortens, too.
    depth=$(($(git rev-list --count --first-parent "$head" --) + 1))
    for option in "--depth=$depth" "--depth=$((depth * 10))" "--depth=$((depth * 100))" --unshallow; do
        fetch "$refspec" "$option" || break
        if is_ready; then
            exit 0
        fi
    done
done
note 'what the change is compared with could not be fetched'
