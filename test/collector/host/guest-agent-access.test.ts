import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseDomain } from '../../../collector/src/host/libvirt/parse-domain.ts';
import { mergeDomains } from '../../../collector/src/host/merge-domains.ts';
import { parseGuest } from '../../../collector/src/host/proxmox/parse-guest.ts';
import type { Domain } from '../../../collector/src/model/domain.ts';
import { parseCommandLine } from '../../../collector/src/qemu/command-line.ts';
import { readArgv } from '../qemu/read-argv.ts';

const UUID = '11111111-0000-4000-8000-000000000001';
const URI = 'qemu:///system';

function ofLibvirt(channel: string, uri = URI) {
  const text = `<domain type='kvm' id='1'><name>web-1</name><uuid>${UUID}</uuid><devices>${channel}</devices></domain>`;
  return { ...parseDomain({ text, uri }).domain, disks: [] };
}

const CHANNEL = (name: string) =>
  `<channel type='unix'><source mode='bind' path='/var/lib/libvirt/qemu/channel/1/x'/><target type='virtio' name='${name}' state='connected'/></channel>`;

const ofCommandLine = (...argv: readonly string[]) =>
  parseCommandLine({ argv: ['qemu-system-x86_64', ...argv], cwd: '/srv' }).guestAgent;

const PORT = ['-device', 'virtserialport,chardev=qga0,name=org.qemu.guest_agent.0'];

it('asks libvirt where its XML has the channel of qemu-ga, and never the socket', () => {
  expect(ofLibvirt(CHANNEL('org.qemu.guest_agent.0')).guestAgent).toEqual({
    kind: 'channel',
    channel: { kind: 'libvirt', uri: URI, domain: UUID },
  });
});

it('says how a domain gets a channel that has none, or only that of another agent', () => {
  for (const channel of ['', CHANNEL('com.redhat.spice.0')])
    expect(ofLibvirt(channel).guestAgent).toMatchObject({ kind: 'none', hint: expect.stringContaining('virt-xml') });
});

it('has a channel plugged in only where the running guest can take one, and by the libvirt that runs it', () => {
  const accessWith = (devices: string) => ofLibvirt(devices, 'qemu:///session').guestAgent;
  const controller = "<controller type='virtio-serial' index='0'/>";
  const adds = `virt-xml --connect qemu:///session ${UUID} --add-device`;
  expect(accessWith(controller)).toMatchObject({
    hint: expect.stringMatching(new RegExp(`^${adds} --update --channel`)),
  });
  expect(accessWith('')).toMatchObject({
    hint: expect.stringMatching(new RegExp(`for the next start.*: ${adds} --channel`)),
  });
});

it.each([
  ['1', 'channel'],
  ['enabled=1,fstrim_cloned_disks=1', 'channel'],
  ['enabled=0', 'none'],
  ['0', 'none'],
])('takes agent: %s of Proxmox VE for %s', (agent, kind) => {
  const { domain } = parseGuest({ vmid: '101', text: `agent: ${agent}\n`, storages: new Map() });
  expect(domain.guestAgent).toMatchObject(
    kind === 'channel' ? { kind, channel: { kind: 'proxmox', guest: 101 } } : { kind },
  );
});

it('finds the socket of a plain QEMU, by a relative path too', () => {
  const qmp = ['-qmp', 'unix:qmp.sock,server=on,wait=off'];
  expect(ofCommandLine('-chardev', 'socket,id=qga0,path=qga.sock,server=on,wait=off', ...PORT, ...qmp)).toEqual({
    kind: 'channel',
    channel: { kind: 'socket', path: '/srv/qga.sock', qmpPaths: ['/srv/qmp.sock'] },
  });
});

it.each([
  ['path=/var/lib/libvirt/qemu/channel/target/domain-1-web/org.qemu.guest_agent.0', 'libvirt'],
  ['path=/var/run/qemu-server/101.qga', 'Proxmox VE'],
  ['fd=35', 'who started'],
])('leaves a socket to the manager that made it: %s', (source, who) => {
  const access = ofCommandLine('-chardev', `socket,id=qga0,${source},server=on,wait=off`, ...PORT);
  expect(access).toMatchObject({ kind: 'held', why: expect.stringContaining(who) });
});

it('calls none what is no socket of a port of qemu-ga', () => {
  expect(ofCommandLine('-chardev', 'socket,id=qga0,path=/x,server=on')).toMatchObject({ kind: 'none' });
  expect(ofCommandLine(...PORT)).toMatchObject({ kind: 'held' });
});

it('reads the port of a QEMU that libvirt 9 started as held', () => {
  const { guestAgent } = parseCommandLine({ argv: readArgv('libvirt-9-q35'), cwd: '/' });
  expect(guestAgent).toMatchObject({ kind: 'held' });
});

it('believes a manager that can be asked before the command line of its QEMU', () => {
  const libvirt = ofLibvirt(CHANNEL('org.qemu.guest_agent.0'));
  const held = ofCommandLine('-chardev', 'socket,id=qga0,fd=35,server=on', ...PORT);
  const running: Domain = {
    ...libvirt,
    key: 'qemu:1',
    source: 'qemu-process',
    seenBy: ['qemu-process'],
    guestAgent: held,
  };
  const { domains } = mergeDomains([
    { source: 'libvirt', domains: [libvirt], findings: [] },
    { source: 'qemu-process', domains: [running], findings: [] },
  ]);
  expect(domains).toMatchObject([{ guestAgent: { kind: 'channel', channel: { kind: 'libvirt' } } }]);
});

it('finds Proxmox VE’s own in a configuration as it writes them', () => {
  const text = readFileSync(new URL('../../fixtures/proxmox/qemu-server/101.conf', import.meta.url), 'utf8');
  const { domain } = parseGuest({ vmid: '101', text, storages: new Map() });
  expect(domain.guestAgent).toMatchObject({ kind: 'channel', channel: { kind: 'proxmox', guest: 101 } });
});
