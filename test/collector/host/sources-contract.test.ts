import { readdirSync, readFileSync } from 'node:fs';
import { createLibvirtSource } from '../../../collector/src/host/libvirt/libvirt-source.ts';
import { createLoopSource } from '../../../collector/src/host/loop-devices.ts';
import { createStaticSource, parseStaticGuests } from '../../../collector/src/host/static-list.ts';
import { createVirsh } from '../../../collector/src/io/virsh.ts';
import { describeHostSource } from '../../contract/host-source.ts';
import { readArgv } from '../qemu/read-argv.ts';
import { createFakeVirsh } from './fake-virsh.ts';
import { processSourceOf, proxmoxSourceOf } from './host-processes.ts';
import { createHostTree } from './host-tree.ts';
import { writeProxmoxHost } from './proxmox-host.ts';
import { readAllXml } from './read-xml.ts';

const fixtures = (folder: string) => readdirSync(new URL(`../../fixtures/${folder}/`, import.meta.url));
const tree = createHostTree;

describeHostSource('libvirt', () => {
  const virsh = createFakeVirsh();
  const domains = readAllXml();
  for (const [uuid, xml] of domains) virsh.define({ uuid, xml });
  const create = (searchPath: string) =>
    createLibvirtSource({ virsh: createVirsh({ searchPath }), uri: 'qemu:///system' });
  return {
    source: create(virsh.searchPath),
    elsewhere: create('/nowhere'),
    state: () => [...domains].map(([uuid]) => readFileSync(`${virsh.folder}/domains/${uuid}`, 'utf8')),
    remove: virsh.remove,
  };
});

describeHostSource('proxmox', () => {
  const [host, other] = [tree(), tree()];
  writeProxmoxHost(host);
  return {
    source: proxmoxSourceOf(host.files),
    elsewhere: proxmoxSourceOf(other.files),
    state: host.state,
    remove: () => [host, other].forEach((one) => void one.remove()),
  };
});

describeHostSource('qemu-process', () => {
  const [host, other] = [tree(), tree()];
  for (const [index, name] of fixtures('qemu').entries()) {
    const argv = readArgv(name.replace(/\.txt$/, ''));
    host.start({ pid: 1000 + index, argv });
    host.link({ path: `/proc/${1000 + index}/cwd`, target: '/home/me' });
  }
  return {
    source: processSourceOf(host.files),
    elsewhere: processSourceOf(other.files),
    state: host.state,
    remove: () => [host, other].forEach((one) => void one.remove()),
  };
});

describeHostSource('loop-devices', () => {
  const [host, other] = [tree(), tree()];
  host.write({ path: '/images/a.img', text: 'x' });
  host.write({ path: '/sys/block/loop1/loop/backing_file', text: '/images/a.img\n' });
  host.write({ path: '/sys/block/loop2/loop/backing_file', text: '/images/b.img (deleted)\n' });
  host.write({ path: '/sys/block/loop3/loop/backing_file', text: '/elsewhere/c.img\n' });
  return {
    source: createLoopSource(host),
    elsewhere: createLoopSource(other),
    state: host.state,
    remove: () => [host, other].forEach((one) => void one.remove()),
  };
});

describeHostSource('static-list', () => {
  const raw = [
    { name: 'a', disk: [{ image: '/images/a.raw' }, { image: '/dev/vg/a', 'pci-address': '0000:00:05.0' }] },
  ];
  return {
    source: createStaticSource({ guests: parseStaticGuests({ raw, place: 'collector.toml' }) }),
    elsewhere: createStaticSource({ guests: [] }),
    state: () => raw,
    remove: () => {},
  };
});
