#!/bin/sh
# PostgreSQL refuses a key that others may read, and Compose mounts a secret
# with the owner and mode of its file, whatever these are. So the server gets a
# copy of its own, in memory. Arguments are options of the server.
set -eu
install -m 600 /run/secrets/database_key /var/run/postgresql/server.key
exec docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf "$@"
