#!/bin/bash
# Starts Postgres on $PGDATA; makes the cluster, user and database on the first start, with the password of $POSTGRES_PASSWORD.
set -euo pipefail
: "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD}"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  new=$(mktemp -d "$(dirname "$PGDATA")/new.XXXXXX")
  initdb --pgdata "$new" --username corpusmill --pwfile <(printf '%s' "$POSTGRES_PASSWORD") \
    --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8
  echo 'host all all all scram-sha-256' >>"$new/pg_hba.conf"
  echo 'create database corpusmill' | postgres --single -D "$new" postgres
  mv "$new" "$PGDATA" # a start that is cut short leaves no half cluster behind
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp -c jit=off
