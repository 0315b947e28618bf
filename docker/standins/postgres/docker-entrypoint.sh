#!/bin/bash
# The contract of the official image: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB
# and POSTGRES_INITDB_ARGS (each also as NAME_FILE), PGDATA, and scripts in
# /docker-entrypoint-initdb.d that run once, on an empty data folder.
set -euo pipefail

value() { # NAME DEFAULT: from NAME, else from the file that NAME_FILE names
	local file="${1}_FILE"
	if [ -n "${!1:-}" ] && [ -n "${!file:-}" ]; then
		echo "error: both $1 and $file are set" >&2
		exit 1
	fi
	if [ -n "${!file:-}" ]; then cat "${!file}"; else printf '%s' "${!1:-$2}"; fi
}

case "${1:-}" in -*) set -- postgres "$@" ;; esac
if [ "$1" != postgres ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then
	mkdir -p "$PGDATA"
	chown -R postgres:postgres "$PGDATA" /var/run/postgresql
	chmod 700 "$PGDATA"
	exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$BASH" "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
	user=$(value POSTGRES_USER postgres)
	password=$(value POSTGRES_PASSWORD '')
	database=$(value POSTGRES_DB "$user")
	auth=scram-sha-256
	if [ -z "$password" ]; then
		if [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
			echo "error: the database is empty and POSTGRES_PASSWORD is not set" >&2
			exit 1
		fi
		auth=trust
	fi
	# shellcheck disable=SC2086 # several options, as in the official image
	initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --auth-host="${POSTGRES_HOST_AUTH_METHOD:-$auth}" \
		--auth-local=trust $(value POSTGRES_INITDB_ARGS '') >/dev/null
	echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-$auth}" >>"$PGDATA/pg_hba.conf"

	# Only reachable from inside until it is set up.
	pg_ctl --wait --options="-c listen_addresses=''" start >/dev/null
	if [ "$database" != postgres ]; then
		psql --no-psqlrc --quiet --username="$user" --dbname=postgres --set=name="$database" <<<'CREATE DATABASE :"name";'
	fi
	shopt -s nullglob
	for file in /docker-entrypoint-initdb.d/*; do
		echo "running $file"
		case "$file" in
		*.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
		*.sql) psql --no-psqlrc -v ON_ERROR_STOP=1 --username="$user" --dbname="$database" --file="$file" ;;
		*.sql.gz) gunzip -c "$file" | psql --no-psqlrc -v ON_ERROR_STOP=1 --username="$user" --dbname="$database" ;;
		esac
	done
	pg_ctl --wait --mode=fast stop >/dev/null
	echo "database is initialised"
fi
unset POSTGRES_PASSWORD
# Other containers have to reach it.
case " $* " in *listen_addresses*) ;; *) set -- "$@" -c "listen_addresses=*" ;; esac
exec "$@"
