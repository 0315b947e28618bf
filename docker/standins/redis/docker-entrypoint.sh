#!/bin/sh
set -eu
# Options alone mean: options of the server.
case "${1:-}" in
-* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
	# Other containers have to reach it; a password is the caller's to set.
	case " $* " in *" --protected-mode "*) ;; *) set -- "$@" --protected-mode no ;; esac
	if [ "$(id -u)" = 0 ]; then
		find . \! -user redis -exec chown redis '{}' +
		exec setpriv --reuid=redis --regid=redis --init-groups -- "$@"
	fi
fi
exec "$@"
