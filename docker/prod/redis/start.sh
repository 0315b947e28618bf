#!/bin/sh
# Redis takes a password from its configuration or the command line only, and a
# command line is there for everyone to read. So the secret becomes a file, in
# memory, that redis.conf includes.
set -eu
umask 077
password=$(cat /run/secrets/redis_password)
printf 'requirepass "%s"\n' "$password" >/tmp/password.conf
unset password
exec docker-entrypoint.sh redis-server /usr/local/etc/redis/redis.conf "$@"
