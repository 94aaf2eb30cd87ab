#!/sbin/openrc-run
# The agent that stays, or the doorman, by what agent.toml says (trimtab-agent-starter).
name="Trimtab agent"
description="Trims filesystems, and tells the host what came of it"
supervisor=supervise-daemon
respawn_delay=30
respawn_max=0
output_log=/var/log/trimtab-agent.log
error_log=/var/log/trimtab-agent.log
if /usr/lib/trimtab-agent/starter is doorman; then
	command=/usr/lib/trimtab-agent/doorman
else
	command=/usr/bin/trimtab-agent
	command_args=run
fi

depend() {
	need localmount
	after net modules
}
