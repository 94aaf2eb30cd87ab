#!/bin/sh
# Waits at the port to the host, and runs the command that is given when the host says a line there.
# A port serves one program at a time: it is closed before the visit begins.
NAME=org.trimtab.agent.0
[ $# -gt 0 ] || set -- /usr/bin/trimtab-agent visit
while :; do
	rang=no
	for place in /sys/class/virtio-ports/*/name; do
		read -r name 2>/dev/null <"$place" && [ "$name" = "$NAME" ] || continue
		port=${place%/name}
		# A host that is not there ends the line at once.
		read -r line 2>/dev/null <"/dev/${port##*/}" && rang=yes
	done
	if [ "$rang" = yes ]; then "$@"; else sleep 30; fi
done
