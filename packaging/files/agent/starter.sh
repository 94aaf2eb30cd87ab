#!/bin/sh
# trimtab-agent-starter: says or changes what starts the agent of this guest. The choice stands in
# agent.toml, as starter and visit-every; this has systemd, OpenRC or cron do what stands there.
# Of every shell: dash, BusyBox.
set -u

ETC=${TRIMTAB_ETC:-/etc}
RUN=${TRIMTAB_RUN:-/run}
SETTINGS=$ETC/trimtab/agent.toml
UNITS=$ETC/systemd/system
CRON=$ETC/cron.d/trimtab-agent
WAYS='resident timer doorman doorbell'

main() {
	case "${1-}" in
	'' | show) show ;;
	is) [ "$(setting starter resident)" = "${2-}" ] ;;
	apply) apply "$(setting starter resident)" ;;
	none) leave_all ;;
	resident | timer | doorman | doorbell)
		require_root
		check "$1"
		keep starter "$1"
		[ -z "${2-}" ] || keep visit-every "$2"
		apply "$1"
		show
		;;
	-h | --help | help) help ;;
	*)
		echo "trimtab-agent-starter: there is no way $1 (these are: $WAYS); trimtab-agent-starter --help" >&2
		exit 2
		;;
	esac
}

help() {
	cat <<END
Says what starts the agent of this guest, or changes it.

Usage: trimtab-agent-starter [WAY [EVERY]]

Ways:
  resident  it stays: progress at once, slack watched closely
  timer     a visit every so often (15m), and no process between them
  doorman   the same, and a shell waits at the port to the host, which can ring
  doorbell  the same, and the host rings by plugging a port in; needs udev

Exit codes: 0 done, 1 error, 2 wrong usage.

Example:
  trimtab-agent-starter timer 30m
END
}

show() {
	way=$(setting starter resident)
	every=$(setting visit-every 15m)
	case $way in
	resident) echo "resident: the agent stays ($(init_name))" ;;
	timer) echo "timer: a visit every $every ($(init_name))" ;;
	doorman) echo "doorman: a visit every $every, and when the host rings at the port org.trimtab.agent.0 ($(init_name))" ;;
	doorbell) echo "doorbell: a visit every $every, and when the host plugs a port in ($(init_name))" ;;
	esac
}

# The value of a key of agent.toml, or what is usual.
setting() {
	value=$(sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*[\"']\([^\"']*\)[\"'].*/\1/p" "$SETTINGS" 2>/dev/null | head -n 1)
	echo "${value:-$2}"
}

# Sets a key there: in its own line, or in that of its default, or in a new one on top.
keep() {
	mkdir -p "${SETTINGS%/*}"
	[ -e "$SETTINGS" ] || : >"$SETTINGS" || exit 1
	new="$SETTINGS.new"
	if grep -q "^#\{0,1\}[[:space:]]*$1[[:space:]]*=" "$SETTINGS"; then
		sed "s/^#\{0,1\}[[:space:]]*$1[[:space:]]*=.*/$1 = \"$2\"/" "$SETTINGS" >"$new"
	else
		{
			echo "$1 = \"$2\""
			cat "$SETTINGS"
		} >"$new"
	fi && cat "$new" >"$SETTINGS" && rm -f "$new" && return
	echo "trimtab-agent-starter: cannot write $SETTINGS" >&2
	exit 1
}

require_root() {
	[ "$(id -u)" = 0 ] && return
	echo 'trimtab-agent-starter: only root changes what starts the agent; run it with sudo.' >&2
	exit 1
}

check() {
	if [ "$1" = doorbell ] && [ "$(init_name)" != systemd ]; then
		echo 'trimtab-agent-starter: doorbell needs systemd and udev; doorman does the same with a shell.' >&2
		exit 1
	fi
}

init_name() {
	if [ -d "$RUN/systemd/system" ]; then
		echo systemd
	elif command -v rc-update >/dev/null 2>&1; then
		echo OpenRC
	else
		echo 'neither systemd nor OpenRC'
	fi
}

apply() {
	case $(init_name) in
	systemd) apply_systemd "$1" ;;
	OpenRC) apply_openrc "$1" ;;
	*) apply_plain "$1" ;;
	esac
}

apply_systemd() {
	seconds=$(in_seconds "$(setting visit-every 15m)")
	mkdir -p "$UNITS/trimtab-agent-visit.timer.d"
	cat >"$UNITS/trimtab-agent-visit.timer.d/every.conf" <<END
# By trimtab-agent-starter.
[Timer]
OnBootSec=
OnUnitActiveSec=
OnBootSec=$(offset "$seconds")s
OnUnitActiveSec=${seconds}s
END
	systemctl daemon-reload
	case $1 in
	resident) on='trimtab-agent.service trimtab-agent.path' off='trimtab-agent-visit.timer trimtab-agent-doorman.service' ;;
	doorman) on='trimtab-agent-visit.timer trimtab-agent-doorman.service' off='trimtab-agent.path trimtab-agent.service' ;;
	*) on=trimtab-agent-visit.timer off='trimtab-agent.path trimtab-agent.service trimtab-agent-doorman.service' ;;
	esac
	# shellcheck disable=SC2086
	systemctl --quiet disable --now $off && systemctl --quiet enable --now $on
}

apply_openrc() {
	rm -f "$CRON"
	case $1 in
	resident)
		rc-update -q add trimtab-agent default
		rc-service -q trimtab-agent restart
		;;
	*)
		# The doorman is that service too: its script asks for the way.
		if [ "$1" = doorman ]; then rc-update -q add trimtab-agent default; else rc-update -q del trimtab-agent default; fi
		rc-service -q trimtab-agent stop
		[ "$1" != doorman ] || rc-service -q trimtab-agent start
		write_cron
		;;
	esac 2>/dev/null
}

apply_plain() {
	rm -f "$CRON"
	case $1 in
	resident) echo 'Have your init run and restart this, in /etc/inittab: tt:2345:respawn:/usr/bin/trimtab-agent run' ;;
	doorman)
		echo 'Have your init run and restart this, in /etc/inittab: tt:2345:respawn:/usr/lib/trimtab-agent/doorman'
		write_cron
		;;
	*) write_cron ;;
	esac
}

# cron counts minutes: what is no divisor of an hour is rounded to one.
write_cron() {
	seconds=$(in_seconds "$(setting visit-every 15m)")
	minutes=$((seconds / 60))
	for every in 60 30 20 15 10 5 1; do [ "$every" -le "$minutes" ] && break; done
	first=$(($(offset $((every * 60))) / 60))
	list=$first
	next=$((first + every))
	while [ "$next" -lt 60 ]; do
		list=$list,$next
		next=$((next + every))
	done
	line="$list * * * *"
	if [ -d "$ETC/cron.d" ]; then
		echo "$line root /usr/bin/trimtab-agent visit" >"$CRON"
	elif [ -d "$ETC/crontabs" ]; then
		# BusyBox has one table a user.
		table=$ETC/crontabs/root
		{
			grep -v '/usr/bin/trimtab-agent visit' "$table" 2>/dev/null
			echo "$line /usr/bin/trimtab-agent visit"
		} >"$table.new" && cat "$table.new" >"$table" && rm -f "$table.new"
	else
		echo "There is no cron here: have something run this every $minutes minutes: /usr/bin/trimtab-agent visit" >&2
	fi
}

leave_all() {
	rm -rf "$CRON" "$UNITS/trimtab-agent-visit.timer.d"
	if [ -f "$ETC/crontabs/root" ] && grep -q '/usr/bin/trimtab-agent visit' "$ETC/crontabs/root"; then
		grep -v '/usr/bin/trimtab-agent visit' "$ETC/crontabs/root" >"$ETC/crontabs/root.new"
		cat "$ETC/crontabs/root.new" >"$ETC/crontabs/root" && rm -f "$ETC/crontabs/root.new"
	fi
	case $(init_name) in
	systemd) systemctl --quiet disable --now trimtab-agent.path trimtab-agent.service trimtab-agent-visit.timer trimtab-agent-doorman.service ;;
	OpenRC)
		rc-service -q trimtab-agent stop
		rc-update -q del trimtab-agent default
		;;
	esac 2>/dev/null
	return 0
}

# 15m, 2h, 1d, 90s
in_seconds() {
	number=${1%[smhd]}
	case $1 in
	*s) echo "$number" ;;
	*m) echo $((number * 60)) ;;
	*h) echo $((number * 3600)) ;;
	*d) echo $((number * 86400)) ;;
	*) echo 900 ;;
	esac
}

# Copies of a guest have one machine-id, and another UUID each.
offset() {
	hash=$(cat /sys/class/dmi/id/product_uuid "$ETC/machine-id" 2>/dev/null | cksum | cut -d' ' -f1)
	echo $((hash % $1))
}

main "$@"
