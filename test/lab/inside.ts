import type { Guest } from '../support/guest/guest.ts';
import type { GuestOptions } from '../support/guest/guest-options.ts';
import type { CollectorUnderTest } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import { channelArguments } from '../support/qemu-ga/qemu-ga-channel.ts';
import { qemuGaFiles, START_QEMU_GA } from '../support/qemu-ga/qemu-ga-files.ts';

/** Who trims in a guest of the lab. */
export interface Inside {
  readonly name: string;
  readonly files: NonNullable<GuestOptions['files']>;
  readonly qemuArguments: readonly string[];
  /** Starts it; resolves when the collector can have it trim. */
  start(parts: { readonly guest: Guest; readonly mounts: readonly string[] }): Promise<void>;
}

export function trimtabAgent(collector: CollectorUnderTest): Inside {
  return {
    name: 'trimtab-agent',
    files: AGENT_FILES,
    qemuArguments: [],
    async start({ guest, mounts }) {
      const command = agentCommand({ port: collector.agentPort, args: ['--minimum-interval', '0s'] });
      await guest.mustRun(`${command} >/run/agent.log 2>&1 </dev/null &`);
      await collector.untilConnected({ guest: guest.name, mounts, movement: guest.movement });
    },
  };
}

/** Debian's qemu-guest-agent, and nothing of ours in the guest; `args` are its options. */
export async function qemuGuestAgent({
  socket,
  args = '',
}: {
  /** Of this host; a short path. */
  socket: string;
  args?: string;
}): Promise<Inside> {
  return {
    name: 'qemu-ga',
    files: await qemuGaFiles(),
    qemuArguments: channelArguments(socket),
    async start({ guest }) {
      await guest.mustRun(`${START_QEMU_GA} ${args} >/run/qemu-ga.log 2>&1 </dev/null &`);
      await guest.mustRun(UNTIL_QEMU_GA_LISTENS);
    },
  };
}

/** In the guest: it has opened its port, which is the second, and answers what is sent from now on. */
export const UNTIL_QEMU_GA_LISTENS =
  'until ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q "/dev/vport.*p2$"; do busybox usleep 50000; done';
