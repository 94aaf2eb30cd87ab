#!/bin/sh
# The Node.js of this guest; the program itself says so if that one is too old.
for node in "${TRIMTAB_NODE:-node}" nodejs; do
	command -v "$node" >/dev/null 2>&1 || continue
	# --jitless: without it Node writes machine code into its own memory, which the unit forbids.
	exec "$node" --jitless /usr/lib/trimtab-agent/trimtab-agent.cjs "$@"
done
echo 'trimtab-agent: there is no Node.js here: install nodejs 22.18 or newer, or the trimtab-agent that brings its own.' >&2
exit 1
