import type { GuestOptions } from '../guest/guest-options.ts';
import { AGENT_BUNDLE } from './own-programs.ts';

const IN_GUEST = '/usr/lib/trimtab/trimtab-agent.cjs';

/** As a guest's command line calls it. */
export const GUEST_AGENT = `node ${IN_GUEST}`;

/** The agent's one file, for `files` of a guest. */
export const AGENT_FILES: NonNullable<GuestOptions['files']> = { [IN_GUEST]: { hostPath: AGENT_BUNDLE } };

/** The agent as a child of PID 1, connected to a collector on this host over the guest's network. */
export function agentCommand({
  port,
  verb = 'run',
  args = [],
}: {
  port: number;
  verb?: 'run' | 'visit';
  args?: readonly string[];
}): string {
  return ['exec', GUEST_AGENT, verb, '--collector', `10.0.2.2:${port}`, ...args].join(' ');
}
