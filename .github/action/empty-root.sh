#!/usr/bin/env bash
# Runs a program in a root that holds nothing but it and a folder to check: it needs no library, no git and no
# file of the system.
#
# empty-root.sh PROGRAM FOLDER
set -euo pipefail

program=$1
folder=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cp "$program" "$root/bailiwick"
cp -R "$folder" "$root/checked"
# Where others than root may make namespaces, no sudo is needed.
if [ "$(id -u)" = 0 ]; then
    chroot=(chroot)
else
    chroot=(sudo chroot)
fi
for arguments in --version "check /checked --fail-on never" "owners -C /checked web"; do
    printf '== bailiwick %s\n' "$arguments"
    # shellcheck disable=SC2086 # several words
    "${chroot[@]}" "$root" /bailiwick $arguments
done
