#!/bin/sh
# Makes the gateway's self-signed certificate where there is none; CERTIFICATE_DAYS replaces it by one for so many days,
# 0 by one that has ended at once.
set -e
if [ -s /tls/gateway.pem ] && [ -z "$CERTIFICATE_DAYS" ]; then
    echo "there is a certificate"
    exit 0
fi
openssl req -x509 -newkey rsa:2048 -nodes -days "${CERTIFICATE_DAYS:-90}" -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost,DNS:gateway,IP:127.0.0.1' \
    -keyout /tls/gateway.key -out /tls/gateway.pem 2>/dev/null
echo "made a certificate for ${CERTIFICATE_DAYS:-90} days"
