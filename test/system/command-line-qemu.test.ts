import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { clock } from '../../collector/src/io/clock.ts';
import { createTopology } from '../../collector/src/qemu/topology/topology.ts';
import { qmp, readGuest, useRealHost } from './real-host.ts';

// What is read of a command line, held against the QEMU that was started with it. Its processor never runs.

const { run, at, start, afterwards } = useRealHost();

/** The disk as QEMU has it: by its monitor, and not by what it was started with. */
const refine = createTopology({ qmp, clock }).refine;

describe('the disks of a command line are those that QEMU has', () => {
  it('from a -readconfig file, changed by -set and -global', async () => {
    run('truncate', '-s', '16M', at('root.img'), at('data.img'));
    writeFileSync(
      at('guest.cfg'),
      `[chardev "second"]
  backend = "socket"
  path = "${at('second.sock')}"
  server = "on"
  wait = "off"

[mon]
  chardev = "second"
  mode = "control"

[drive "root"]
  if = "none"
  file = "root.img"
  format = "raw"
  discard = "unmap"

[device "bridge"]
  driver = "pci-bridge"
  chassis_nr = "1"
  addr = "9"

[device "d0"]
  driver = "virtio-blk-pci"
  drive = "root"
  bus = "bridge"
  addr = "3"
`,
    );
    const qemu = await start([
      ...['-name', 'configured', '-readconfig', at('guest.cfg')],
      ...['-drive', `file=${at('data.img')},format=raw,if=virtio,id=data`],
      ...['-set', 'device.d0.serial=changed', '-global', 'virtio-blk-pci.discard=off'],
    ]);
    const { domain, findings } = await readGuest(qemu);
    expect(findings).toEqual([]);
    expect(domain.disks).toMatchObject([
      { id: 'd0', image: at('root.img'), serial: 'changed', pciPath: ['09.0', '03.0'], withoutDiscard: 'discard=off' },
      { id: 'data', image: at('data.img'), withoutDiscard: 'discard=off' },
    ]);
    expect(domain.monitors).toContainEqual({ kind: 'socket', path: at('second.sock') });
    // QEMU's own word for each of these.
    const get = (property: string) => qemu.execute('qom-get', { path: '/machine/peripheral/d0', property });
    expect([await get('discard'), await get('serial')]).toEqual([false, 'changed']);
    const refined = await refine(domain);
    expect(refined.disks[0]).toMatchObject({ id: 'd0', image: at('root.img'), pciPath: ['09.0', '03.0'] });
    expect(await qemu.monitor('info qtree')).toMatch(/discard = false/);
  });

  it('also one that another process serves, of which QEMU has no node', async () => {
    run('truncate', '-s', '16M', at('served.img'));
    const socket = at('v.sock');
    const daemon = spawn(
      'qemu-storage-daemon',
      [
        ...['--blockdev', `driver=file,node-name=f,filename=${at('served.img')}`],
        ...['--export', `type=vhost-user-blk,id=e,node-name=f,addr.type=unix,addr.path=${socket},writable=on`],
      ],
      { stdio: 'ignore' },
    );
    afterwards(() => daemon.kill('SIGKILL'));
    while (!existsSync(socket) && daemon.exitCode === null) await delay(20);
    const qemu = await start([
      ...['-name', 'served', '-object', 'memory-backend-memfd,id=m,size=64M,share=on', '-numa', 'node,memdev=m'],
      ...['-chardev', `socket,id=c,path=${socket}`, '-device', 'vhost-user-blk-pci,id=d0,chardev=c,addr=7'],
    ]);
    const { domain, findings } = await readGuest(qemu);
    expect(findings).toMatchObject([{ sentence: expect.stringContaining(`served by another process over ${socket}`) }]);
    const disk = { id: 'd0', bus: 'virtio-blk', image: `vhostuser:${socket}`, storage: 'network', pciPath: ['07.0'] };
    expect(domain.disks).toMatchObject([disk]);
    expect((await refine(domain)).disks).toMatchObject([disk]);
  });
});
