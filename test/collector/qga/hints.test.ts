import { expect, it } from 'vitest';
import { type Refusal, toFault } from '../../../collector/src/qga/faults.ts';

const DOMAIN = '11111111-0000-4000-8000-000000000001';
const hintOf = (refusal: Refusal, uri: string) =>
  toFault({ refused: { refusal }, channel: { kind: 'libvirt', uri, domain: DOMAIN }, asked: 'ask qemu-guest-agent' })
    .detail.hint;

it.each([
  ['off', 'domstate --reason'],
  ['off', 'resume'],
  ['busy', 'domjobinfo'],
  ['frozen', 'domfsthaw'],
  ['absent', 'edit'],
] as const)(
  'of a libvirt that is not the usual one, what helps where a guest is %s asks that one: %s',
  (refusal, verb) => {
    const other = `virsh --connect qemu:///session ${verb} ${DOMAIN}`;
    expect(hintOf(refusal, 'qemu:///session')).toContain(other);
    expect(hintOf(refusal, 'qemu:///system')).toContain(`virsh ${verb} ${DOMAIN}`);
  },
);

it('what lets a paused guest go on comes last, after what tells why it is paused', () => {
  expect(hintOf('off', 'qemu:///system')).toMatch(/domstate --reason .*virsh resume [0-9a-f-]+$/);
  const proxmox = toFault({
    refused: { refusal: 'off' },
    channel: { kind: 'proxmox', guest: 100 },
    asked: 'ask qemu-guest-agent',
  });
  expect(proxmox.detail.hint).toMatch(/qm resume 100$/);
});
