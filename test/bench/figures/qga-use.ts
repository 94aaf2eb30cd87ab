import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { composeGuestAgents } from '../../../collector/src/compose/compose-guest-agents.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { createQmp } from '../../../collector/src/io/qmp-client.ts';
import type { GuestAgentChannel } from '../../../collector/src/model/guest-agent.ts';
import { putDomain } from '../../collector/qga/libvirt-guests.ts';
import { createFakePrograms, type FakePrograms } from '../../support/qga/fake-programs.ts';
import type { Benchmark } from '../benchmark.ts';
import { formatSpread, median } from '../statistics.ts';

const DOMAINS = 1_000;
const ROUNDS = 7;
const URI = 'qemu:///system';

/**
 * What 1,000 guests with a qemu-ga use of their filesystems, asked through libvirt, from a virsh that prints the
 * answers as fast as files can be read: a real one waits for each guest besides. The alternative is that same process,
 * asked the same at once and its answers thrown away.
 */
export const qgaUse: Benchmark = {
  figures: [{ figure: 'qga-use-1000', unit: 'x', bar: 1.5, bound: 'at most', decimals: 2 }],
  async measure({ say, signal }) {
    const programs = createFakePrograms();
    try {
      const channels = createChannels(programs);
      const ours: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        signal.throwIfAborted();
        bare.push(await timeBare(programs, channels));
        ours.push(await timeOurs(programs, channels));
      }
      say(`${DOMAINS} guests: ${formatSpread(ours)} ms, bare ${formatSpread(bare)} ms`);
      return {
        'qga-use-1000': {
          value: median(ours) / median(bare),
          against: `the bare process, asked the same: ${formatSpread(bare)} ms; ours ${formatSpread(ours)} ms, one process each`,
        },
      };
    } finally {
      programs.remove();
    }
  },
};

type LibvirtChannel = Extract<GuestAgentChannel, { kind: 'libvirt' }>;

function createChannels(programs: FakePrograms): readonly LibvirtChannel[] {
  return Array.from({ length: DOMAINS }, (_, index): LibvirtChannel => {
    const domain = `b0000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    putDomain(programs, { uuid: domain, state: 'well' });
    return { kind: 'libvirt', uri: URI, domain };
  });
}

async function timeOurs({ searchPath }: FakePrograms, channels: readonly LibvirtChannel[]): Promise<number> {
  const agents = composeGuestAgents({
    clock,
    files: createHostFiles(),
    qmp: createQmp({ commands: createCommands() }),
    searchPath,
  });
  const beganMs = performance.now();
  const answers = await agents.ask(channels);
  const tookMs = performance.now() - beganMs;
  const told = answers.filter((answer) => answer.kind === 'answered' && answer.filesystems?.length === 2);
  if (told.length !== DOMAINS) throw new Error(`${told.length} of ${DOMAINS} guests told of their filesystems`);
  return tookMs;
}

async function timeBare({ searchPath }: FakePrograms, channels: readonly LibvirtChannel[]): Promise<number> {
  const beganMs = performance.now();
  const child = spawn(`${searchPath}/virsh`, ['--quiet', '--connect', URI], { stdio: 'pipe' });
  child.stdout.resume();
  child.stdin.end(channels.map(({ domain }) => `guestinfo ${domain} --filesystem --disk\n`).join(''));
  await once(child, 'close');
  return performance.now() - beganMs;
}
