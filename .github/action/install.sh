#!/usr/bin/env bash
# Puts the program where the next steps find it: the output `program` names it.
#
# It takes the release that belongs to the action's own source and verifies it against the release's
# checksums. Where there is none, for a branch or a commit between releases, it builds that source.
#
# In: BAILIWICK_VERSION, ACTION_REF and ACTION_REPOSITORY from action.yml, and what the runner sets.
# BAILIWICK_RELEASES, if set, is where releases are instead of GitHub: a mirror, by https:// or file://.
set -euo pipefail

fail() {
    printf 'error: %s\n' "$1" >&2
    printf 'help: %s\n' "$2" >&2
    exit 2
}

version=${BAILIWICK_VERSION:-}
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
    command -v cargo >/dev/null || fail "there is no cargo to build with" \
        "install Rust first, or call the action by the commit of a release"
    cd "$GITHUB_ACTION_PATH"
    if command -v rustup >/dev/null; then
        rustup toolchain install stable --profile minimal
        export RUSTUP_TOOLCHAIN=stable
    fi
    cargo build --release --locked --bin bailiwick --target-dir "$folder/target"
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

# A version that is asked for is the one that is used, or nothing is.
asked=
case $version in
'')
    number=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
    ;;
source) build "it was asked for" ;;
*)
    number=${version#v}
    asked=yes
    ;;
esac
if ! [[ $number =~ ^[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*$ ]]; then
    fail "the version is not one of a release" \
        "the input \`version\` is like \`0.1.0\`, \`source\`, or left out"
fi
if [ -z "$asked" ] && ! [[ $ref =~ ^v[0-9] || $ref =~ ^[0-9a-f]{40}$ ]]; then
    build "the action is not called by a release's tag or commit"
fi
if [ -z "$target" ]; then
    [ -z "$asked" ] || fail "no release is for $RUNNER_OS on $RUNNER_ARCH" "use \`version: source\`"
    build "no release is for this system"
fi

tag=v$number
archive=bailiwick-$tag-$target.tar.gz
releases=${BAILIWICK_RELEASES:-$GITHUB_SERVER_URL/$ACTION_REPOSITORY/releases/download}
case $releases in
https://*) protocol='=https' ;;
file:///*) protocol='=file' ;;
*) fail "releases are not read from there" "BAILIWICK_RELEASES starts with https:// or file:///" ;;
esac

# Gives 1 if there is no such file; every other error ends it.
download() {
    local code=0 status
    status=$(curl --silent --show-error --fail --location --retry 3 --max-time 300 \
        --proto "$protocol" --proto-redir '=https' --write-out '%{http_code}' \
        --output "$1" "$releases/$tag/$1") || code=$?
    case $code/$status in
    0/*) return 0 ;;
    22/404 | 37/*) return 1 ;;
    *) fail "cannot download $1 of $tag" "run the job again, or use \`version: source\`" ;;
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
        [ -z "$asked" ] || fail "the release $tag has no $file" "name a release that has one"
        build "there is no release $tag with $file"
    fi
done
expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' SHA256SUMS)
if ! [[ $expected =~ ^[0-9a-f]{64}$ ]]; then
    fail "SHA256SUMS of $tag does not have one checksum of $archive" \
        "tell those who released it, and use \`version: source\` until then"
fi
# With sha256sum of Windows a name that is escaped has a backslash before its line.
actual=$(sha256 "$archive")
if [ "${actual#\\}" != "$expected" ]; then
    fail "$archive is not what was released: its checksum is $actual, and not $expected" \
        "run the job again; if it stays so, tell those who released it"
fi
tar -xzf "$archive"
unpacked=${archive%.tar.gz}
# Another commit may have the same version in Cargo.toml as a release has.
if [ -z "$asked" ] && [[ $ref =~ ^[0-9a-f]{40}$ ]] && [ "$(cat "$unpacked/COMMIT")" != "$ref" ]; then
    build "$tag was built from another commit than the action"
fi
finish "$folder/$unpacked/bailiwick$suffix"
