import { readdirSync, readFileSync } from 'node:fs';
import { readArgv } from '../qemu/read-argv.ts';
import type { HostTree } from './host-tree.ts';

const read = (path: string) => readFileSync(new URL(`../../fixtures/proxmox/${path}`, import.meta.url), 'utf8');

/** A node of Proxmox VE whose guest 101 runs, as process 4101, and whose guest 200 does not. */
export function writeProxmoxHost(tree: HostTree): void {
  tree.write({ path: '/etc/pve/storage.cfg', text: read('storage.cfg') });
  for (const name of readdirSync(new URL('../../fixtures/proxmox/qemu-server/', import.meta.url)))
    tree.write({ path: `/etc/pve/qemu-server/${name}`, text: read(`qemu-server/${name}`) });
  tree.write({ path: '/var/run/qemu-server/101.pid', text: '4101\n' });
  tree.start({ pid: 4101, argv: readArgv('proxmox-8') });
  // Of a guest that was stopped hard: the number is another process' now.
  tree.write({ path: '/var/run/qemu-server/200.pid', text: '77\n' });
  tree.start({ pid: 77, argv: ['sshd'] });
}
