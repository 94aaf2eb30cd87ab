#!/bin/sh
# Installs the Trimtab agent from this folder, for systemd, OpenRC and others. Of every shell: dash,
# BusyBox. It changes nothing before it knows that it can.
set -u

ARCHITECTURE=@architecture@
NEEDED_KIB=@kib@
HERE=$(cd "$(dirname "$0")" && pwd) || exit 1
HOME_OF_AGENT=/usr/lib/trimtab-agent
ROOT=

main() {
	while [ $# -gt 0 ]; do
		case $1 in
		--root)
			[ -d "${2-}" ] || refuse "--root: there is no folder ${2-}"
			ROOT=$(cd "$2" && pwd)
			shift
			;;
		-h | --help)
			help
			exit 0
			;;
		*) refuse "there is no option $1; ./install.sh --help" ;;
		esac
		shift
	done
	check
	copy
	set_up
	next
}

help() {
	cat <<END
Installs the Trimtab agent, or brings it up to date.

Usage: ./install.sh [--root FOLDER]

  --root FOLDER  into a guest that lies there and does not run, as a mounted image

./uninstall.sh takes it away. Exit codes: 0 done, 1 it cannot be installed.
END
}

refuse() {
	echo "install.sh: $1" >&2
	exit 1
}

check() {
	[ "$(id -u)" = 0 ] || refuse 'only root can install the agent: run it with sudo.'
	[ -d "$HERE/files" ] || refuse "there is no $HERE/files: unpack the archive anew, and run this in its folder."
	check_machine
	check_package
	for folder in /usr/lib /usr/bin /etc /var/lib; do
		mkdir -p "$ROOT$folder" 2>/dev/null && : 2>/dev/null >"$ROOT$folder/.trimtab-try" ||
			refuse "$ROOT$folder cannot be written: on a system that is read-only, install into its image (--root)."
		rm -f "$ROOT$folder/.trimtab-try"
	done
	free=$(df -Pk "$ROOT/usr/lib" | awk 'NR == 2 { print $4 }')
	[ "${free:-0}" -ge "$NEEDED_KIB" ] ||
		refuse "there is too little space below $ROOT/usr: it needs $((NEEDED_KIB / 1024 + 1)) MiB, and ${free:-0} KiB are free."
	if [ -e "$ROOT$HOME_OF_AGENT/installing" ]; then
		echo 'install.sh: an installation before this one was cut off. It is made whole now.' >&2
	fi
}

# Of a guest that does not run, only its files can be asked.
check_machine() {
	if [ "$ARCHITECTURE" = all ]; then
		[ -n "$ROOT" ] || check_node
		return
	fi
	machine=$(uname -m)
	case $ARCHITECTURE-$machine in
	amd64-x86_64 | arm64-aarch64) ;;
	*) refuse "this is the agent for $ARCHITECTURE, and this machine is $machine: take the archive for it, or trimtab-agent-noarch." ;;
	esac
	for musl in "$ROOT"/lib/ld-musl-*; do
		[ ! -e "$musl" ] || refuse 'this system has musl, and the Node.js in this archive needs glibc: take trimtab-agent-noarch, and the nodejs of the system.'
	done
	[ -n "$ROOT" ] || check_glibc
}

check_glibc() {
	glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)
	[ -n "$glibc" ] || glibc=$(ldd --version 2>/dev/null | sed -n '1s/.* \([0-9]*\.[0-9]*\)$/\1/p')
	[ -n "$glibc" ] || return 0
	major=${glibc%%.*}
	minor=${glibc#*.}
	minor=${minor%%.*}
	[ "$major" -gt 2 ] || [ "$minor" -ge 28 ] ||
		refuse "the glibc of this system is $glibc, and Node.js needs 2.28 (Debian 10, Ubuntu 20.04, RHEL 8 or newer)."
}

check_node() {
	for node in node nodejs; do
		command -v "$node" >/dev/null 2>&1 || continue
		"$node" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 18) ? 0 : 1)' && return
		refuse "the Node.js of this system is $("$node" --version), and the agent needs 22.18 or newer: update it, or take the archive for this machine."
	done
	refuse 'there is no Node.js on this system: install nodejs 22.18 or newer, or take the archive for this machine.'
}

# What a package manager has put there is its own to change.
check_package() {
	[ -z "$ROOT" ] && [ -e /usr/bin/trimtab-agent ] || return 0
	if command -v dpkg >/dev/null 2>&1 && dpkg -S /usr/bin/trimtab-agent >/dev/null 2>&1; then
		refuse 'the agent is here as a Debian package: update it by apt, or remove it first (apt remove trimtab-agent).'
	fi
	if command -v rpm >/dev/null 2>&1 && rpm -qf /usr/bin/trimtab-agent >/dev/null 2>&1; then
		refuse 'the agent is here as an rpm: update it by dnf, or remove it first (dnf remove trimtab-agent).'
	fi
}

# Each file appears whole, under a program that runs as well; which there are is kept for uninstall.sh.
copy() {
	mkdir -p "$ROOT$HOME_OF_AGENT" && : >"$ROOT$HOME_OF_AGENT/installing" || refuse "cannot write $ROOT$HOME_OF_AGENT"
	list="$ROOT$HOME_OF_AGENT/installed-files"
	(cd "$HERE/files" && find . ! -type d | sed 's/^\.//' | sort) >"$list.new" || refuse "cannot write $list.new"
	while IFS= read -r file; do
		place="$ROOT$file"
		case $file in
		/etc/trimtab/*) [ ! -e "$place" ] || continue ;;
		esac
		mkdir -p "${place%/*}" && cp -P -p "$HERE/files$file" "$place.trimtab-new" && mv -f "$place.trimtab-new" "$place" || {
			rm -f "$place.trimtab-new"
			refuse "cannot write $place. What is there now is incomplete: make room or mend it, and run this again."
		}
	done <"$list.new"
	# What a version before had and this one has not.
	if [ -e "$list" ]; then
		while IFS= read -r file; do
			grep -qxF -e "$file" "$list.new" || rm -f "$ROOT$file"
		done <"$list"
	fi
	mv -f "$list.new" "$list" && rm -f "$ROOT$HOME_OF_AGENT/installing"
}

set_up() {
	starter="$ROOT$HOME_OF_AGENT/starter"
	if [ -n "$ROOT" ]; then
		set_up_image
	elif [ -d /run/systemd/system ]; then
		udevadm control --reload >/dev/null 2>&1
		"$starter" apply
		# One that ran until now is the one of before.
		systemctl try-restart trimtab-agent.service trimtab-agent-doorman.service
	else
		"$starter" apply
	fi
}

# What `systemctl enable` and `rc-update add` would do.
set_up_image() {
	if [ -d "$ROOT/usr/lib/systemd/system" ] && { [ -e "$ROOT/usr/bin/systemctl" ] || [ -e "$ROOT/bin/systemctl" ]; }; then
		wants="$ROOT/etc/systemd/system/multi-user.target.wants"
		mkdir -p "$wants"
		for unit in trimtab-agent.service trimtab-agent.path; do
			ln -sf "/usr/lib/systemd/system/$unit" "$wants/$unit"
		done
	elif [ -d "$ROOT/etc/runlevels/default" ]; then
		ln -sf /etc/init.d/trimtab-agent "$ROOT/etc/runlevels/default/trimtab-agent"
	else
		echo 'In this image nothing starts the agent yet: have its init run /usr/bin/trimtab-agent run.'
	fi
}

next() {
	echo 'The Trimtab agent is installed.'
	if [ -n "$ROOT" ]; then
		echo 'Lay a token ready in the image as /etc/trimtab/join-token, and it joins when the guest starts.'
	elif [ ! -e /var/lib/trimtab-agent/joined.json ]; then
		echo 'Next, the line that `trimtab enroll GUEST` prints on the host: trimtab-agent join TOKEN'
	fi
}

main "$@"
