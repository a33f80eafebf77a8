#!/bin/sh
# Makes the gateway's self-signed certificate where there is none; CERTIFICATE_DAYS replaces it by one for so many days,
# 0 by one that has ended at once.
set -e
if [ -s /tls/gateway.pem ] && [ -z "$CERTIFICATE_DAYS" ]; then
    echo "there is a certificate"
    exit 0
fi
# In two steps: the first alone takes no number of days under 1.
openssl req -new -newkey rsa:2048 -nodes -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost,DNS:gateway,IP:127.0.0.1' \
    -keyout /tls/gateway.key -out /tmp/request.pem
openssl x509 -req -in /tmp/request.pem -signkey /tls/gateway.key -copy_extensions copy \
    -days "${CERTIFICATE_DAYS:-90}" -out /tls/gateway.pem
echo "made a certificate for ${CERTIFICATE_DAYS:-90} days"
