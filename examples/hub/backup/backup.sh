#!/bin/sh
# Dump the database every BACKUP_INTERVAL_SECONDS, keep the last five dumps, say so in one JSON line each time.
trap 'exit 0' TERM INT

log() {
    printf '{"timestamp":"%s","level":"%s","logger":"backup","message":"%s"}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$2"
}

while true; do
    file=/backups/hub-$(date -u +%Y%m%dT%H%M%SZ).sql
    if pg_dump --file "$file.part" && mv "$file.part" "$file"; then
        log INFO "backup written: $file, $(wc -c <"$file") bytes"
    else
        log ERROR "backup failed: $file"
    fi
    ls -1t /backups/hub-*.sql 2>/dev/null | tail -n +6 | while read -r old; do rm -f "$old"; done
    sleep "$BACKUP_INTERVAL_SECONDS" &
    wait $!
done
