import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHostReader } from '../../../collector/src/host/host-view.ts';
import { createLibvirtSource } from '../../../collector/src/host/libvirt/libvirt-source.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createVirsh } from '../../../collector/src/io/virsh.ts';
import { createFakeVirsh, type FakeVirsh } from '../../collector/host/fake-virsh.ts';
import { readXml } from '../../collector/host/read-xml.ts';
import type { Benchmark } from '../benchmark.ts';
import { median } from '../statistics.ts';

const FEW = 1_000;
const MANY = 10_000;
const ROUNDS = 7;

/**
 * A refresh of many domains, each of three disks behind root ports, from a virsh that prints them as fast as files can
 * be read: a real one waits for libvirt besides. The alternative is that same process, asked the same and its answers
 * thrown away.
 */
export const refresh: Benchmark = {
  figures: [
    { figure: 'refresh-1000', unit: 's', bar: 2, bound: 'at most', decimals: 3 },
    { figure: 'refresh-scaling', unit: 'x', bar: 11, bound: 'at most', decimals: 2 },
  ],
  async measure({ say, signal }) {
    const [few, many] = [createDomains(FEW), createDomains(MANY)];
    try {
      const times = { first: [] as number[], again: [] as number[], bare: [] as number[], many: [] as number[] };
      for (let round = 0; round < ROUNDS; round += 1) {
        signal.throwIfAborted();
        const { firstMs, againMs } = await timeRefreshes(few, FEW);
        times.first.push(firstMs);
        times.again.push(againMs);
        times.bare.push(await timeBare(few));
        // A third of the rounds: it takes ten times as long.
        if (round % 3 === 0) times.many.push((await timeRefreshes(many, MANY)).firstMs);
      }
      const [first, again, bare] = [median(times.first), median(times.again), median(times.bare)];
      const against = `the bare process, asked the same: ${bare.toFixed(0)} ms`;
      say(`first refresh of ${FEW}: ${first.toFixed(0)} ms, unchanged: ${again.toFixed(0)} ms; ${against}`);
      say(`first refresh of ${MANY}: ${median(times.many).toFixed(0)} ms`);
      return {
        'refresh-1000': {
          value: (first - bare) / 1000,
          against: `${against}; the refresh itself ${first.toFixed(0)} ms, unchanged ${again.toFixed(0)} ms, one process each`,
        },
        'refresh-scaling': {
          value: median(times.many) / first,
          against: `${FEW} domains: ${first.toFixed(0)} ms; ${MANY}: ${median(times.many).toFixed(0)} ms`,
        },
      };
    } finally {
      few.virsh.remove();
      many.virsh.remove();
    }
  },
};

interface Domains {
  readonly virsh: FakeVirsh;
  readonly uuids: readonly string[];
}

function createDomains(count: number): Domains {
  const virsh = createFakeVirsh();
  const xml = readXml('q35-root-ports').replace(/ {4}<disk type='volume'[\s\S]*?<\/disk>\n/, '');
  const uuids = Array.from(
    { length: count },
    (_, index) => `b0000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  );
  for (const [index, uuid] of uuids.entries())
    virsh.define({
      uuid,
      xml: xml
        .replace(/<uuid>.*<\/uuid>/, `<uuid>${uuid}</uuid>`)
        .replaceAll('/guests/', `/guests/${index}/`)
        .replaceAll('q35-ports', `guest-${index}`),
    });
  return { virsh, uuids };
}

/** The first refresh parses every domain, the second finds them unchanged. */
async function timeRefreshes({ virsh }: Domains, count: number): Promise<{ firstMs: number; againMs: number }> {
  const source = createLibvirtSource({ virsh: createVirsh({ searchPath: virsh.searchPath }), uri: 'qemu:///system' });
  const read = createHostReader({ sources: [source], clock });
  const refreshOnce = async () => {
    const callsBefore = virsh.calls().length;
    const beganMs = performance.now();
    const { domains, findings } = await read();
    const tookMs = performance.now() - beganMs;
    const processes = virsh.calls().length - callsBefore;
    if (domains.length !== count || findings.length > 0 || processes !== 1)
      throw new Error(`${domains.length} domains, ${findings.length} findings, ${processes} processes of virsh`);
    return tookMs;
  };
  return { firstMs: await refreshOnce(), againMs: await refreshOnce() };
}

async function timeBare({ virsh, uuids }: Domains): Promise<number> {
  const beganMs = performance.now();
  const child = spawn(`${virsh.folder}/virsh`, ['--quiet', '--readonly', '--connect', 'qemu:///system'], {
    stdio: 'pipe',
  });
  child.stdout.resume();
  child.stdin.end(['list --all --uuid', ...uuids.map((uuid) => `dumpxml ${uuid}`)].map((line) => `${line}\n`).join(''));
  await once(child, 'close');
  return performance.now() - beganMs;
}
