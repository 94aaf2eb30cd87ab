#!/bin/sh
# --jitless: without it Node writes machine code into its own memory, which the unit forbids.
exec /usr/lib/trimtab-agent/node --jitless /usr/lib/trimtab-agent/trimtab-agent.cjs "$@"
