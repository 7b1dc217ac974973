#!/usr/bin/env bash
# Packs a built program as `install.sh` unpacks it.
#
# package.sh PROGRAM TARGET COMMIT FOLDER: writes bailiwick-vVERSION-TARGET.tar.gz to the folder, where the
# version is that of Cargo.toml.
set -euo pipefail

program=$1
target=$2
commit=$3
folder=$4
root=$(cd "$(dirname "$0")/../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
name=bailiwick-v$version-$target

mkdir -p "$folder/$name"
cp "$program" "$root/README.md" "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$folder/$name"
printf '%s\n' "$commit" >"$folder/$name/COMMIT"
# By a name without a folder: tar takes the drive of a path of Windows for a host.
cd "$folder"
tar -czf "$name.tar.gz" "$name"
rm -r "$name"
