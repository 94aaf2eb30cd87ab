import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSurvey } from '../../../collector/src/compose/compose-survey.ts';
import { createImages } from '../../../collector/src/image/images.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { createQmp } from '../../../collector/src/io/qmp-client.ts';
import type { Benchmark } from '../benchmark.ts';
import { toPid, writeHost } from '../host-tree.ts';
import { median } from '../statistics.ts';

const GUESTS = 5_000;
const ROUNDS = 7;

/**
 * The CPU time of one survey of a host that runs many QEMU: which guests there are, what each has open, its image and its
 * pool. The host is a tree of files, as /proc would be; a real /proc takes the kernel longer. The alternative is to
 * read the command line of each of these processes, as `ps` does, and to do nothing with it.
 */
export const hostReading: Benchmark = {
  figures: [{ figure: 'look-5000', unit: 'CPU s', bar: 0.6, bound: 'at most', decimals: 3 }],
  async measure({ directory, say, signal }) {
    writeHost(directory, GUESTS);
    let passedMs = 0;
    const files = createHostFiles({ root: directory });
    const commands = createCommands();
    const { survey } = composeSurvey({
      onRead: () => {},
      // So that no survey is answered by the one before it.
      clock: { ...clock, monotonicMs: () => clock.monotonicMs() + passedMs },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      files,
      images: createImages({ files, commands, clock }),
      qmp: createQmp({ commands, files }),
      links: { send: () => false, guests: () => [], rename: () => {}, weigh: () => {}, end: () => {} },
      store: { guests: async () => [], rename: async () => [] },
      settings: { libvirtUri: 'qemu:///session?socket=/nowhere', hypervisorUsers: ['root'], guest: [] },
    });
    const readOnce = async () => {
      passedMs += 5_000;
      const { host, images } = await survey.readAll();
      const read = images.readings.filter(({ state, pool }) => state !== null && pool !== null);
      if (host.domains.length !== GUESTS || read.length !== GUESTS)
        throw new Error(`${host.domains.length} guests and ${read.length} images were seen, of ${GUESTS}`);
    };
    // The collector’s own timers keep no process alive; its sockets do.
    const awake = setInterval(() => {}, 60_000);
    const times = { first: await timeCpu(readOnce), again: [] as number[], bare: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      signal.throwIfAborted();
      times.again.push(await timeCpu(readOnce));
      times.bare.push(await timeCpu(async () => readCommandLines(directory)));
    }
    clearInterval(awake);
    const [again, bare] = [median(times.again), median(times.bare)];
    const firstText = `the first survey, which reads and parses every command line: ${times.first.toFixed(2)} CPU s`;
    say(`a survey of ${GUESTS} guests: ${again.toFixed(3)} CPU s; ${firstText}`);
    return {
      'look-5000': {
        value: again,
        against: `the command lines alone: ${bare.toFixed(3)} CPU s; medians of ${ROUNDS}; ${firstText}`,
      },
    };
  },
};

async function timeCpu(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function readCommandLines(root: string): void {
  for (let index = 0; index < GUESTS; index += 1) readFileSync(join(root, `proc/${toPid(index)}/cmdline`), 'utf8');
}
