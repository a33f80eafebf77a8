#!/bin/sh
# root.sh PROGRAM DIRECTORY: lays out in DIRECTORY what the image consists of (see the Dockerfile): program/ is what stands
# in it, state/ what hubdeck may write to.
set -eu
program=$1 root=$2
certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
rm -rf "$root"
mkdir -p "$root/program/etc/ssl/certs" "$root/program/etc/hubdeck" "$root/program/tmp" "$root/state"
chmod 1777 "$root/program/tmp"
chmod 700 "$root/state"
install -m 755 "$program" "$root/program/hubdeck"
# The authorities that signed what hubdeck probes with TLS.
install -m 644 "$certificates" "$root/program/etc/ssl/certs/ca-certificates.crt"
echo 'hubdeck:x:65532:65532:hubdeck:/var/lib/hubdeck:/hubdeck' >"$root/program/etc/passwd"
echo 'hubdeck:x:65532:' >"$root/program/etc/group"
