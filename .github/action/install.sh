#!/usr/bin/env bash
# Puts the program where the next steps find it: the output `program` names it.
#
# It takes the release that belongs to the action's own source and verifies it against the release's checksums. For a
# branch, or a commit between releases, it builds that source.
#
# In: BAILIWICK_VERSION, BAILIWICK_TOKEN, ACTION_REF and ACTION_REPOSITORY from action.yml, and what the runner sets.
# BAILIWICK_RELEASES, if set, is where releases are instead of GitHub: a mirror, by https:// or file://.
set -euo pipefail

# Reports an error in the log, as an annotation, in the summary and as the output `result`.
fail() {
    local shown
    shown=$(printf '%s. help: %s' "$1" "$2" | tr -s '[:space:]' ' ')
    printf 'error: %s\n' "$shown" >&2
    printf '::error title=bailiwick::%s\n' "${shown//%/%25}"
    printf 'result=failed\n' >>"$GITHUB_OUTPUT"
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        printf '## bailiwick: nothing was checked\n\n%s\n' "$shown" >>"$GITHUB_STEP_SUMMARY"
    fi
    exit 2
}

needs() {
    command -v "$1" >/dev/null || fail "\`$1\` is not installed" "$2"
}

version=$(printf '%s' "${BAILIWICK_VERSION:-}" | tr '[:upper:]' '[:lower:]' | tr -d '[:space:]')
ref=${ACTION_REF:-}
folder=$RUNNER_TEMP/bailiwick-program
mkdir -p "$folder"

finish() {
    "$1" --version
    printf 'program=%s\n' "$1" >>"$GITHUB_OUTPUT"
    exit 0
}

# Cargo obeys configuration in the current folder and above it, so it does not start in the workspace,
# which holds what is checked.
build() {
    printf 'building from source: %s\n' "$1"
    needs cargo "$1, so the action builds its source: install Rust before this step, or call the action by the tag or the
        commit of a release"
    cd "$GITHUB_ACTION_PATH"
    if command -v rustup >/dev/null; then
        rustup toolchain install stable --profile minimal
        export RUSTUP_TOOLCHAIN=stable
    fi
    cargo build --release --locked --bin bailiwick --target-dir "$folder/target" ||
        fail "the source of the action cannot be built" "the log of this step has the error of cargo"
    finish "$folder/target/release/bailiwick$suffix"
}

suffix=
target=
case $RUNNER_OS-$RUNNER_ARCH in
Linux-X64) target=x86_64-unknown-linux-musl ;;
Linux-ARM64) target=aarch64-unknown-linux-musl ;;
macOS-X64) target=x86_64-apple-darwin ;;
macOS-ARM64) target=aarch64-apple-darwin ;;
Windows-X64) target=x86_64-pc-windows-msvc ;;
esac
if [ "$RUNNER_OS" = Windows ]; then
    suffix=.exe
fi

# A version that the workflow names is used, or nothing is.
asked=
case $version in
'')
    number=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
    ;;
source) build "the input \`version\` is \`source\`" ;;
*)
    number=${version#v}
    asked=yes
    ;;
esac
if ! [[ $number =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    fail "the version is not one of a release" \
        "the input \`version\` is like \`0.1.0\`, \`source\`, or left out"
fi
tag=v$number
# A branch or a tag such as `v0` moves, so neither names a release.
if [ -z "$asked" ] && ! [[ $ref == "$tag" || $ref =~ ^[0-9a-f]{40}$ ]]; then
    build "the action is not called by a release's tag or commit"
fi
if [ -z "$target" ]; then
    [ -z "$asked" ] || fail "no release is for $RUNNER_OS on $RUNNER_ARCH" "use \`version: source\`"
    build "no release is for this system"
fi

archive=bailiwick-$tag-$target.tar.gz
github=${GITHUB_SERVER_URL:-https://github.com}
releases=${BAILIWICK_RELEASES:-$github/$ACTION_REPOSITORY/releases/download}
case $releases in
https://*) protocol='=https' ;;
file:///*) protocol='=file' ;;
*) fail "releases are not read from there" "BAILIWICK_RELEASES starts with https:// or file:///" ;;
esac
needs curl "install curl before this step, or set \`version: source\` to build with cargo"
needs tar "install tar before this step"
command -v sha256sum >/dev/null || needs shasum "install sha256sum before this step"

# A mirror gets no token, and a token that is more than a word is none.
token=
if [ -z "${BAILIWICK_RELEASES:-}" ] && [[ ${BAILIWICK_TOKEN:-} =~ ^[A-Za-z0-9._~+/=-]+$ ]]; then
    token=$BAILIWICK_TOKEN
fi

unreachable() {
    fail "cannot download $1 of $tag" "run the job again, or use \`version: source\`"
}

# Runs curl for one URL; prints the status and, on a redirect, where it leads.
request() {
    curl --silent --show-error --retry 3 --max-time 300 --proto "$protocol" --proto-redir '=https' \
        --write-out '%{http_code} %{redirect_url}' "$@"
}

# Requests with the token, which is part of no command line, and follows no redirect: another host must not get it.
with_token() {
    printf 'header = "Authorization: Bearer %s"\n' "$token" | request --config - "$@"
}

# Downloads a file of the release by the API, as private copies need it. Gives 1 if it is not there for the token.
download_asset() {
    local api=${GITHUB_API_URL:-https://api.github.com}/repos/$ACTION_REPOSITORY/releases answer id
    answer=$(with_token --header 'Accept: application/vnd.github+json' --output release.json \
        "$api/tags/$tag") || unreachable "$1"
    [ "${answer%% *}" = 200 ] || return 1
    # Each asset is an object with its name and its URL, and without its uploader it has no other object in it.
    id=$(tr -d '\r\n' <release.json |
        sed -E 's/"[[:space:]]*:[[:space:]]*(["{])/":\1/g; s/"uploader":\{[^{}]*\}//g' | grep -o '{[^{}]*}' |
        grep -F "\"name\":\"$1\"" | sed -n 's#.*"url":"[^"]*/releases/assets/\([0-9]*\)".*#\1#p' | head -n 1) || true
    [[ $id =~ ^[0-9]+$ ]] || return 1
    answer=$(with_token --header 'Accept: application/octet-stream' --output "$1" "$api/assets/$id") ||
        unreachable "$1"
    case $answer in
    200*) return 0 ;;
    30[1278]\ https://*)
        answer=$(request --fail --location --output "$1" "${answer#* }") || unreachable "$1"
        return 0
        ;;
    404*) return 1 ;;
    *) unreachable "$1" ;;
    esac
}

# Gives 1 if there is no such file.
download() {
    local code=0 answer
    answer=$(request --fail --location --output "$1" "$releases/$tag/$1") || code=$?
    case $code/${answer%% *} in
    0/*) return 0 ;;
    22/404 | 37/*)
        [ -n "$token" ] && download_asset "$1"
        ;;
    *) unreachable "$1" ;;
    esac
}

sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum "$1"
    else
        shasum -a 256 "$1"
    fi | cut -d ' ' -f 1
}

# By names without a folder: tar takes the drive of a path of Windows for a host.
cd "$folder"
for file in SHA256SUMS "$archive"; do
    if ! download "$file"; then
        # GitHub answers 404 for what a token may not see.
        hint="if $ACTION_REPOSITORY is private, set the input \`token\` to one that can read its contents"
        if [ "$github" != https://github.com ]; then
            hint="$hint; if it is on github.com, set BAILIWICK_RELEASES in the environment to
                https://github.com/$ACTION_REPOSITORY/releases/download"
        fi
        [ -z "$asked" ] || fail "the release $tag has no $file at $releases" "name a release that has one; $hint"
        printf 'note: %s\n' "$hint"
        build "there is no release $tag with $file"
    fi
done
expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' SHA256SUMS)
if ! [[ $expected =~ ^[0-9a-f]{64}$ ]]; then
    fail "SHA256SUMS of $tag does not have one checksum of $archive" \
        "report it to those who released it, and use \`version: source\` until then"
fi
# With sha256sum of Windows a name that is escaped has a backslash before its line.
actual=$(sha256 "$archive")
if [ "${actual#\\}" != "$expected" ]; then
    fail "$archive is not what was released: its checksum is $actual, and not $expected" \
        "run the job again; if it stays so, report it to those who released it"
fi
tar -xzf "$archive"
unpacked=${archive%.tar.gz}
# Another commit may have the same version in Cargo.toml as a release has.
if [ -z "$asked" ] && [[ $ref =~ ^[0-9a-f]{40}$ ]] && [ "$(cat "$unpacked/COMMIT")" != "$ref" ]; then
    build "$tag was built from another commit than the action"
fi
finish "$folder/$unpacked/bailiwick$suffix"
