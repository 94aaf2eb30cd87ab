import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RepairOutcome } from '../../collector/src/cli/views/repair.ts';
import { createHostReader } from '../../collector/src/host/host-view.ts';
import { createLibvirtSource } from '../../collector/src/host/libvirt/libvirt-source.ts';
import { clock } from '../../collector/src/io/clock.ts';
import { createCommands } from '../../collector/src/io/commands.ts';
import { createHostFiles } from '../../collector/src/io/host-files.ts';
import { createQmp } from '../../collector/src/io/qmp-client.ts';
import { createVirsh } from '../../collector/src/io/virsh.ts';
import type { Domain, HostView, Monitor } from '../../collector/src/model/domain.ts';
import type { StatusView } from '../../collector/src/model/status.ts';
import { parseBlockStats, toQemuCounters } from '../../collector/src/qemu/block-counters.ts';
import { NO_JOBS } from '../../collector/src/qemu/block-jobs.ts';
import { processSourceOf } from '../collector/host/host-processes.ts';
import { allocationOf } from '../support/allocation.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';
import { type LibvirtScene, startLibvirtScene, UUIDS } from './libvirt-scene.ts';

// A real libvirtd with real guests, one of them booted with the agent in it. As root; builds on the built programs.

const MIB = 1024 ** 2;
const OURS = new Set(Object.values(UUIDS));

let scene: LibvirtScene;
let libvirt: LibvirtScene['libvirt'];
let collector: LibvirtScene['collector'];
let at: LibvirtScene['at'];

beforeAll(async () => {
  scene = await startLibvirtScene();
  ({ libvirt, collector, at } = scene);
});

afterAll(() => scene?.[Symbol.asyncDispose]());

describe('guests of a real libvirt', () => {
  it('are found with all their disks, running and shut off, and say who saw them', async () => {
    const { domains, sources } = await readView('libvirt', 'processes');
    expect(domains.map(({ key, seenBy, pid }) => [key, seenBy, pid !== null])).toEqual(
      Object.entries(UUIDS)
        .map(([name, uuid]) =>
          name === 'off'
            ? [`libvirt:${uuid}`, ['libvirt'], false]
            : [`libvirt:${uuid}`, ['libvirt', 'qemu-process'], true],
        )
        .sort(),
    );
    expect(sources[0]).toMatchObject({ source: 'libvirt', used: true, sentence: '4 guests' });
  });

  it('are the same without libvirt, from /proc alone', async () => {
    const both = await readView('libvirt', 'processes');
    const alone = await readView('processes');
    const running = both.domains.filter(({ pid }) => pid !== null);
    expect(running).toHaveLength(3);
    expect(alone.domains.map(toFacts)).toEqual(running.map(toFacts));
    const nodes = alone.domains.flatMap(({ disks }) => disks.map(({ image, nodes }) => [image, formatNodes(nodes)]));
    expect(nodes).toContainEqual([at('article-scsi'), 'format unmap, file unmap']);
    expect(nodes).toContainEqual([at('article-blk'), 'format ignore, file unmap']);
  });

  it('say the same of their disks by XML alone, but for the names of the nodes', async () => {
    const xml = await readView('libvirt');
    const processes = await readView('processes');
    const running = xml.domains.filter(({ uuid }) => uuid !== UUIDS.off);
    expect(running.map(toFacts).map(withoutNodeNames)).toEqual(processes.domains.map(toFacts).map(withoutNodeNames));
  });

  it('count the same through a QMP socket and through libvirt', async () => {
    const [domain] = (await readView('libvirt', 'processes')).domains.filter(({ uuid }) => uuid === UUIDS.ports);
    if (domain === undefined) throw new Error('the guest is not found');
    expect(domain.monitors).toEqual([
      { kind: 'socket', path: scene.monitorSocket },
      { kind: 'libvirt', uri: libvirt.uri, domain: UUIDS.ports },
    ]);
    const [bySocket, byLibvirt] = await Promise.all(domain.monitors.map((monitor) => count(domain, monitor)));
    expect(bySocket).toEqual(byLibvirt);
    expect(Object.keys(bySocket ?? {})).toHaveLength(3);
    expect(Object.values(bySocket ?? {})).not.toContain(null);
  });

  it('are asked for nothing but queries', async () => {
    const ask = createQmp({ commands: createCommands() }).ask(
      { kind: 'libvirt', uri: libvirt.uri, domain: UUIDS.sata },
      [{ execute: 'query-status' }, { execute: 'quit' }],
    );
    await expect(ask).rejects.toMatchObject({ detail: { code: 'qmp-refused' } });
    const gone = createQmp({ commands: createCommands() }).ask(
      { kind: 'libvirt', uri: libvirt.uri, domain: UUIDS.off },
      [{ execute: 'query-status' }],
    );
    await expect(gone).rejects.toMatchObject({ detail: { code: 'qmp-gone' } });
  });

  it('are left as they were', async () => {
    const show = async () => [
      await libvirt.virsh('list', '--all', '--id', '--name'),
      ...(await Promise.all(Object.values(UUIDS).map((uuid) => libvirt.virsh('dumpxml', '--inactive', uuid)))),
    ];
    const before = await show();
    await readView('libvirt', 'processes');
    expect(await show()).toEqual(before);
  });
});

describe('the booted guest', () => {
  it('has every disk matched with its key', async () => {
    const { images } = await collector.status();
    const rows = images.filter(({ guest }) => guest === 'article');
    const found = rows.map(({ path, device, matchedBy }) => [basename(path), `${device?.slice(0, 2)} ${matchedBy}`]);
    expect(Object.fromEntries(found)).toEqual({
      'article-scsi': 'sd pci-path',
      'article-blk': 'vd pci-path',
      'article-sata': 'sd serial',
      [basename(scene.rootImage)]: 'vd serial',
    });
    expect(rows.every(({ unmatched }) => unmatched === null)).toBe(true);
  });

  it('gives back what it trims through virtio-scsi, counted through libvirt', async () => {
    const device = await deviceOf('article-scsi');
    await fillAndDelete({ device, mount: '/mnt/data' });
    const [disk] = (await collector.trim('article', '/mnt/data')).disks;
    expect(disk).toMatchObject({ verdict: 'reclaimed', image: at('article-scsi') });
    expect(disk?.hops.receivedBytes).toBeGreaterThan(200 * MIB);
    expect(disk?.hops.passedBytes).toBe(disk?.hops.receivedBytes);
    expect(disk?.hops.reclaimedBytes).toBeGreaterThan(190 * MIB);
  });

  it('loses it where the XML says nothing of discard, and says so', async () => {
    const device = await deviceOf('article-blk');
    await fillAndDelete({ device, mount: '/mnt/lost' });
    const [disk] = (await collector.trim('article', '/mnt/lost')).disks;
    expect(disk).toMatchObject({ verdict: 'lost', lostAt: 'passed', cause: 'host-ignores-discard' });
    expect(disk?.hops).toMatchObject({ receivedBytes: null, passedBytes: 0 });
  });

  it('is not repaired behind the back of libvirt, unless somebody accepts the taint', async () => {
    const image = at('article-blk');
    const { exitCode, stdout, stderr } = await collector.trimtab('repair', 'article', image, '--yes');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('--even-if-tainted');
    expect(stderr).toContain(
      `virt-xml --connect '${libvirt.uri}' article --edit path=${image} --disk driver.discard=unmap`,
    );
    expect((await collector.status()).images.find(({ path }) => path === image)?.discard).toBe('ignore');
  });

  it('is repaired through libvirt while it runs, and gives back what a lost trim had given up', async () => {
    const device = await deviceOf('article-blk');
    const before = await allocationOf(at('article-blk'));
    const args = ['repair', 'article', device, '--yes', '--even-if-tainted', '--json'];
    const { exitCode, stdout, stderr } = await collector.trimtab(...args);
    const outcome = JSON.parse(stdout || 'null') as RepairOutcome | null;
    expect({ exitCode, stderr, outcome }).toMatchObject({
      exitCode: 0,
      outcome: { plan: { device, taints: true }, notTrimmed: null, repaired: true },
    });
    expect(outcome?.reopened).toEqual(outcome?.plan.nodes.map(({ node }) => node));
    expect(outcome?.plan.nodes).toMatchObject([
      { node: expect.stringMatching(/^libvirt-\d+-storage$/), discard: 'unmap' },
      { node: expect.stringMatching(/^libvirt-\d+-format$/), discard: 'ignore' },
    ]);
    expect(outcome?.trim?.disks).toMatchObject([{ device, verdict: 'reclaimed' }]);
    expect(before - (await allocationOf(at('article-blk')))).toBeGreaterThan(190 * MIB);
    expect(await libvirt.virsh('domstate', 'article')).toContain('running');
    expect(await libvirt.virsh('dominfo', 'article')).toContain('custom monitor control commands issued');
  });
});

describe('a libvirtd that is away', () => {
  it('keeps its last answer, with its age, and is believed again when it is back', async () => {
    // Other tests have guests of their own on this machine.
    const own = ({ images }: StatusView) => images.flatMap(({ path }) => (path.startsWith(at('')) ? [path] : []));
    const before = own(await collector.status());
    await libvirt.stopDaemon();
    // An answer is good for two seconds, whoever is away.
    const stale = await untilLibvirtSays(/^4 guests as of \d+ s ago; now: /);
    const [state] = stale.sources.filter(({ source }) => source === 'libvirt');
    expect(state).toMatchObject({ used: true });
    expect(state?.answeredAt).toBeLessThan(Date.parse(stale.takenAt) - 2_000);
    expect(own(stale)).toEqual(before);
    expect(stale.findings.map(({ subject }) => subject)).toContain('libvirt');

    await libvirt.startDaemon();
    const back = await untilLibvirtSays(/^4 guests$/);
    expect(back.sources[0]).toMatchObject({ source: 'libvirt', used: true });
    expect(back.findings.map(({ subject }) => subject)).not.toContain('libvirt');
  });
});

describe('a guest that is switched off and renamed in libvirt', () => {
  it('is off, is refused at once, and keeps its past: its history by its new name holds the trims of before', async () => {
    const historyOf = async (name: string) => {
      const { exitCode, stdout, stderr } = await collector.trimtab('history', name, '--json');
      if (exitCode !== 0) throw new Error(stderr);
      return (JSON.parse(stdout) as { trims: readonly { id: string }[] }).trims.map(({ id }) => id);
    };
    const before = await historyOf('article');
    expect(before.length).toBeGreaterThanOrEqual(3);
    await libvirt.virsh('destroy', 'article');
    await libvirt.virsh('domrename', 'article', 'essay');
    const after = await waitWhileMoving({
      what: 'the guest is known by its new name',
      movement: libvirt.movement,
      find: () => historyOf('essay'),
    });
    expect(after).toEqual(before);
    // The host was read since it was destroyed: it is off, and nobody waits for its agent.
    const { guests } = await collector.guests();
    const states = guests.map(({ id, state }) => [id, state]);
    expect(states).toContainEqual([UUIDS.article, 'off']);
    expect(guests.map(({ id, name }) => [id, name])).toContainEqual([UUIDS.article, 'essay']);
    expect(states).toContainEqual([UUIDS.off, 'off']);
    const { exitCode, stdout } = await collector.trimtab('trim', 'essay', '--json');
    expect({ exitCode, error: JSON.parse(stdout).error }).toMatchObject({
      exitCode: 1,
      error: { code: 'guest-off', hint: expect.stringMatching(/ start essay$/) },
    });
  });
});

function untilLibvirtSays(sentence: RegExp): Promise<StatusView> {
  return waitWhileMoving({
    what: `status says ${sentence} of libvirt`,
    movement: libvirt.movement,
    async find() {
      const status = await collector.status();
      const said = status.sources.find(({ source }) => source === 'libvirt')?.sentence ?? 'nothing';
      if (sentence.test(said)) return status;
      throw new Error(`It says: ${said}`);
    },
  });
}

/**
 * A filesystem with 200 MiB that were written and deleted. Its inode tables stay as they are: filling them would take
 * what is given back.
 */
async function fillAndDelete({ device, mount }: { device: string; mount: string }): Promise<void> {
  await scene.mustRun(
    `mkfs.ext4 -q /dev/${device} && mkdir -p ${mount} && mount -o noinit_itable /dev/${device} ${mount}`,
  );
  await scene.mustRun(
    `dd if=/dev/urandom of=${mount}/data bs=1M count=200 2>/dev/null && sync && rm ${mount}/data && sync`,
  );
  await collector.untilConnected({ guest: 'article', mounts: [mount], movement: scene.movement });
}

async function deviceOf(image: string): Promise<string> {
  const found = (await collector.status()).images.find(({ path }) => path === at(image));
  if (found?.device == null) throw new Error(`no device for ${image}: ${JSON.stringify(found)}`);
  return found.device;
}

/** Our guests only, by UUID: other tests run QEMU at the same time. */
async function readView(...names: ('libvirt' | 'processes')[]): Promise<HostView> {
  const all = {
    libvirt: () => createLibvirtSource({ virsh: createVirsh(), uri: libvirt.uri }),
    processes: () => processSourceOf(createHostFiles()),
  };
  const view = await createHostReader({ sources: names.map((name) => all[name]()), clock })();
  const ours = view.domains.filter(({ uuid }) => uuid !== null && OURS.has(uuid));
  return { ...view, domains: ours.sort((one, other) => (one.uuid ?? '').localeCompare(other.uuid ?? '')) };
}

/**
 * What a guest is, whoever says it; disks by their image, since the XML has them in another order. How a disk is set up
 * at the next start, and its target, only libvirt knows.
 */
function toFacts({ name, uuid, guestUuid, disks }: Domain) {
  const facts = disks.map(({ target: _, ...disk }) => ({ ...disk, atNextStart: null }));
  return { name, uuid, guestUuid, disks: facts.sort((one, other) => one.image.localeCompare(other.image)) };
}

function withoutNodeNames(facts: ReturnType<typeof toFacts>) {
  const disks = facts.disks.map((disk) => ({ ...disk, nodes: formatNodes(disk.nodes) }));
  return { ...facts, disks };
}

function formatNodes(nodes: Domain['disks'][number]['nodes']): string {
  return nodes.map(({ role, discard }) => `${role} ${discard}`).join(', ');
}

async function count({ disks }: Domain, monitor: Monitor) {
  const qmp = createQmp({ commands: createCommands() });
  const [devices, nodes] = await qmp.ask(monitor, [
    { execute: 'query-blockstats' },
    { execute: 'query-blockstats', arguments: { 'query-nodes': true } },
  ]);
  const parsed = { devices: parseBlockStats(devices), nodes: parseBlockStats(nodes) };
  return Object.fromEntries(disks.map((disk) => [disk.image, toQemuCounters({ jobs: NO_JOBS, ...parsed, disk })]));
}
