#!/bin/sh
# Takes away what install.sh has installed. What this guest has joined stays, unless --purge is given.
set -u

HOME_OF_AGENT=/usr/lib/trimtab-agent
ROOT=
PURGE=no

main() {
	while [ $# -gt 0 ]; do
		case $1 in
		--purge) PURGE=yes ;;
		--root)
			[ -d "${2-}" ] || refuse "--root: there is no folder ${2-}"
			ROOT=$(cd "$2" && pwd)
			shift
			;;
		-h | --help)
			echo 'Usage: ./uninstall.sh [--purge] [--root FOLDER]'
			echo '--purge: also the settings, and what this guest has joined'
			exit 0
			;;
		*) refuse "there is no option $1; ./uninstall.sh --help" ;;
		esac
		shift
	done
	[ "$(id -u)" = 0 ] || refuse 'only root can do this: run it with sudo.'
	list="$ROOT$HOME_OF_AGENT/installed-files"
	[ -e "$list" ] || refuse "there is no $list: no agent was installed here by install.sh. One of a package goes by apt or dnf."
	[ -n "$ROOT" ] || "$HOME_OF_AGENT/starter" none
	rm -f "$ROOT/etc/systemd/system/multi-user.target.wants/trimtab-agent.service" \
		"$ROOT/etc/systemd/system/multi-user.target.wants/trimtab-agent.path" "$ROOT/etc/runlevels/default/trimtab-agent"
	while IFS= read -r file; do
		case $file in
		/etc/trimtab/*) [ "$PURGE" = yes ] || continue ;;
		esac
		rm -f "$ROOT$file"
	done <"$list"
	rm -rf "$ROOT$HOME_OF_AGENT"
	if [ "$PURGE" = yes ]; then
		rm -rf "$ROOT/var/lib/trimtab-agent" "$ROOT/usr/share/doc/trimtab-agent" "$ROOT/usr/share/licenses/trimtab-agent"
		rm -f "$ROOT/etc/trimtab/join-token" "$ROOT"/var/log/trimtab-agent.log*
		rmdir "$ROOT/etc/trimtab" 2>/dev/null
	fi
	[ -n "$ROOT" ] || [ ! -d /run/systemd/system ] || systemctl daemon-reload
	echo 'The Trimtab agent is gone.'
	if [ "$PURGE" = no ] && [ -d "$ROOT/var/lib/trimtab-agent" ]; then
		echo "What this guest has joined stays in $ROOT/var/lib/trimtab-agent (--purge takes it away)."
	fi
}

refuse() {
	echo "uninstall.sh: $1" >&2
	exit 1
}

main "$@"
