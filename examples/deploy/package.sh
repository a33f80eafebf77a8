#!/bin/sh
# package.sh PROGRAM TARGET DIRECTORY: writes DIRECTORY/hubdeck-VERSION-TARGET.tar.gz, and its checksum into
# DIRECTORY/SHA256SUMS. The archive is the same for the same contents.
set -eu
program=$1 target=$2 directory=$3
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
name=hubdeck-$version-$target
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/$name" "$directory"
install -m 755 "$program" "$stage/$name/hubdeck"
install -m 644 LICENSE README.md config.example.toml examples/deploy/hubdeck.service "$stage/$name/"
if [ -e docs/hubdeck.1 ]; then install -m 644 docs/hubdeck.1 "$stage/$name/"; fi
if [ -d completions ]; then cp -r completions "$stage/$name/"; fi
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" -cf - "$name" |
  gzip -9n >"$directory/$name.tar.gz"
(cd "$directory" && sha256sum hubdeck-*.tar.gz >SHA256SUMS && cat SHA256SUMS)
