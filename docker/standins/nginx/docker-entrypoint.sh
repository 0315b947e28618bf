#!/bin/sh
# The contract of the official image: templates/NAME.template becomes
# conf.d/NAME, with the variables of the environment filled in and every other
# $name left alone; executable scripts in /docker-entrypoint.d run before nginx.
set -eu
if [ "${1:-}" = nginx ] || [ "${1:-}" = nginx-debug ]; then
	names=$(awk 'BEGIN { for (name in ENVIRON) printf "${%s} ", name }')
	to=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
	for template in "${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}"/*.template; do
		[ -f "$template" ] || continue
		envsubst "$names" <"$template" >"$to/$(basename "$template" .template)"
	done
	for script in /docker-entrypoint.d/*.sh; do
		if [ -x "$script" ]; then "$script"; fi
	done
fi
exec "$@"
