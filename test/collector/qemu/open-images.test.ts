import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSharedImages } from '../../../collector/src/correlate/match-shared.ts';
import type { Domain, HostDisk } from '../../../collector/src/model/domain.ts';
import { findMovedImages } from '../../../collector/src/qemu/moved-images.ts';
import { addOpenedImages, findOpenedImages, type LastKnown } from '../../../collector/src/qemu/open-images.ts';
import { toHostDisk } from '../../support/host-disk.ts';
import { createHostTree, type HostTree } from '../host/host-tree.ts';

// The tree is the host; what QEMU has as its root is `/proc/20/root` in it. Real namespaces are in
// test/system/qemu-elsewhere.test.ts.

const PID = 20;
const IMAGE = '/storage/data.img';

let tree: HostTree;
beforeEach(() => {
  tree = createHostTree();
});
afterEach(() => tree.remove());

/** `flags` as fdinfo has them: O_RDWR is 2. */
function open({ number, path, flags = '02100002' }: { number: number; path: string; flags?: string }): void {
  tree.link({ path: `/proc/${PID}/fd/${number}`, target: path });
  tree.write({ path: `/proc/${PID}/fdinfo/${number}`, text: `pos:\t0\nflags:\t${flags}\nmnt_id:\t22\n` });
}

const ofQemu = (pid: number): Domain => ({
  key: `qemu:${pid}`,
  name: 'inside',
  uuid: null,
  guestUuid: null,
  source: 'qemu-process',
  libvirtUri: null,
  seenBy: ['qemu-process'],
  pid,
  isRunning: true,
  monitors: [],
  bootId: null,
  disks: [toHostDisk(IMAGE)],
});

async function opened(disk: HostDisk = toHostDisk(IMAGE)) {
  return (await findOpenedImages({ files: tree.files, domain: { pid: PID, disks: [disk] } })).get(disk);
}

describe('which file a disk is', () => {
  it('is the one of its name where QEMU has that open', async () => {
    tree.write({ path: IMAGE, text: 'x' });
    open({ number: 11, path: IMAGE });
    expect(await opened()).toEqual({ kind: 'here' });
  });

  it('is the one in the root of QEMU, and not another that has its name on the host', async () => {
    tree.write({ path: IMAGE, text: 'of another container' });
    tree.write({ path: `/proc/${PID}/root${IMAGE}`, text: 'x' });
    open({ number: 11, path: `/proc/${PID}/root${IMAGE}` });
    expect(await opened()).toMatchObject({ kind: 'elsewhere', at: `/proc/${PID}/root${IMAGE}`, isDeleted: false });
    // Nobody moved it, and nothing is to be said of it.
    const domain = ofQemu(PID);
    const found = await findOpenedImages({ files: tree.files, domain });
    expect(found.size).toBe(1);
    expect(findMovedImages({ domain, opened: found })).toEqual([]);
  });

  it('is none that only has the right name in the root of QEMU and is not open', async () => {
    tree.write({ path: IMAGE, text: 'of another container' });
    tree.write({ path: `/proc/${PID}/root${IMAGE}`, text: 'x' });
    tree.write({ path: '/else', text: 'y' });
    open({ number: 11, path: '/else' });
    tree.link({ path: '/proc/self/ns/mnt', target: 'mnt:[1]' });
    tree.link({ path: `/proc/${PID}/ns/mnt`, target: 'mnt:[2]' });
    expect(await opened()).toEqual({ kind: 'hidden', why: expect.stringContaining('in another mount namespace') });
    expect((await opened())?.kind === 'hidden' && (await opened())).toMatchObject({
      why: expect.stringContaining('does not have the file open that is here under this name'),
    });
  });

  it('is none that QEMU only reads, as with snapshot=on; a disk that is read-only is', async () => {
    tree.write({ path: IMAGE, text: 'x' });
    open({ number: 11, path: IMAGE, flags: '02100000' });
    expect(await opened()).toEqual({ kind: 'hidden', why: expect.stringContaining('snapshot=on') });
    expect(await opened(toHostDisk(IMAGE, { readOnly: true }))).toEqual({ kind: 'here' });
  });

  it('is not asked of disks on the network, of guests without a process, and where descriptors may not be read', async () => {
    tree.write({ path: IMAGE, text: 'x' });
    expect(await opened()).toBeUndefined();
    open({ number: 11, path: '/proc/20/cmdline' });
    expect(await opened(toHostDisk('rbd:pool/image', { storage: 'network' }))).toBeUndefined();
    expect(await findOpenedImages({ files: tree.files, domain: { pid: null, disks: [toHostDisk(IMAGE)] } })).toEqual(
      new Map(),
    );
  });

  it('is not two guests’ because two containers have a file of one name', async () => {
    const inContainer = (pid: number, name: string): Domain => {
      const path = `/proc/${pid}/root${IMAGE}`;
      tree.write({ path, text: name });
      tree.link({ path: `/proc/${pid}/fd/11`, target: path });
      tree.write({ path: `/proc/${pid}/fdinfo/11`, text: 'flags:\t02100002\n' });
      return { ...ofQemu(pid), name };
    };
    const told = [inContainer(20, 'one'), inContainer(21, 'two')];
    expect(findSharedImages(told)).toHaveLength(1);
    const seen = await Promise.all(
      told.map(async (domain) => addOpenedImages(domain, await findOpenedImages({ files: tree.files, domain }))),
    );
    expect(findSharedImages(seen)).toEqual([]);
  });
});

describe('which file a disk is, asked again', () => {
  const disk = toHostDisk(IMAGE);
  const lastKnown: LastKnown = new WeakMap();
  const again = async (files = tree.files, pid = PID) =>
    (await findOpenedImages({ files, domain: { pid, disks: [disk] }, lastKnown })).get(disk);

  /** With the inode, as the kernel tells it since Linux 5.14. */
  function openInode({
    number,
    path,
    inode,
    flags = '02100002',
  }: Parameters<typeof open>[0] & { inode: number }): void {
    tree.drop(`/proc/${PID}/fd/${number}`);
    open({ number, path, flags });
    const text = `pos:\t0\nflags:\t${flags}\nmnt_id:\t22\nino:\t${inode}\n`;
    tree.write({ path: `/proc/${PID}/fdinfo/${number}`, text });
  }

  /** QEMU has the old one open, and its name is gone. */
  function renew(): void {
    renameSync(join(tree.root, IMAGE), join(tree.root, `${IMAGE} (deleted)`));
    openInode({ number: 11, path: `${IMAGE} (deleted)`, inode: 7 });
    tree.write({ path: IMAGE, text: 'another' });
  }

  beforeEach(async () => {
    tree.write({ path: IMAGE, text: 'x' });
    tree.write({ path: '/else', text: 'y' });
    openInode({ number: 11, path: IMAGE, inode: 7 });
    for (let number = 12; number < 40; number++) open({ number, path: '/else' });
    expect(await again()).toEqual({ kind: 'here' });
  });

  it('is told by the descriptor of last time alone, and its filesystem is asked once', async () => {
    const asked: string[] = [];
    const { link, text } = tree.files.kernel;
    const counted = {
      ...tree.files,
      status(path: string, as?: { readonly name: string }) {
        asked.push(path);
        return tree.files.status(path, as);
      },
      kernel: {
        link(path: string) {
          asked.push(path);
          return link(path);
        },
        text(path: string) {
          asked.push(path);
          return text(path);
        },
        names: () => expect.fail('all of them were listed'),
      },
    };
    expect(await again(counted)).toEqual({ kind: 'here' });
    expect(asked.sort()).toEqual([`/proc/${PID}/fd/11`, `/proc/${PID}/fdinfo/11`, IMAGE]);
  });

  it.for([
    ['it was closed', () => tree.drop(`/proc/${PID}/fd/11`)],
    ['it leads to another file', () => openInode({ number: 11, path: '/else', inode: 8 })],
    ['it is only read now', () => openInode({ number: 11, path: IMAGE, inode: 7, flags: '02100000' })],
    ['only its inode is that of the image', () => openInode({ number: 11, path: '/else', inode: 7 })],
    ['the name of the image leads to another file', renew],
  ] as const)('is not told by the descriptor of last time where %s', async ([, change]) => {
    change();
    const fresh = (await findOpenedImages({ files: tree.files, domain: { pid: PID, disks: [disk] } })).get(disk);
    expect(fresh).not.toEqual({ kind: 'here' });
    expect(await again()).toEqual(fresh);
  });

  it('is not told by what another process had open', async () => {
    expect(await again(tree.files, PID + 1)).toBeUndefined();
  });
});

describe('what a process of somebody else has open', () => {
  it('is not known where it is too much', async () => {
    tree.write({ path: IMAGE, text: 'x' });
    for (let number = 0; number < 4_096; number++) open({ number, path: IMAGE });
    expect(await opened()).toEqual({ kind: 'here' });
    open({ number: 4_096, path: IMAGE });
    expect(await opened()).toBeUndefined();
  });

  it('is asked for a few at a time, and of its locks nothing is read', async () => {
    tree.write({ path: IMAGE, text: 'x' });
    for (let number = 0; number < 200; number++) open({ number, path: IMAGE });
    let underWay = 0;
    let most = 0;
    const counted = {
      ...tree.files,
      async status(path: string, as?: { readonly name: string }) {
        most = Math.max(most, ++underWay);
        const status = await tree.files.status(path, as);
        underWay -= 1;
        return status;
      },
      readText: () => Promise.reject(new Error('unbounded')),
    };
    tree.write({ path: `/proc/${PID}/fdinfo/0`, text: `pos:\t0\nflags:\t02100000\n${'lock:\t1\n'.repeat(1_000_000)}` });
    expect(tree.files.kernel.text(`/proc/${PID}/fdinfo/0`)).toHaveLength(4_096);
    const found = await findOpenedImages({ files: counted, domain: { pid: PID, disks: [toHostDisk(IMAGE)] } });
    expect([...found.values()]).toEqual([{ kind: 'here' }]);
    expect(most).toBeLessThanOrEqual(32);
    expect(most).toBeGreaterThan(1);
  });
});
