import { Fault } from '@trimtab/protocol/shared';
import { connectOption } from '../model/connect-option.ts';
import type { GuestAgentChannel } from '../model/guest-agent.ts';

/** Why a guest's qemu-ga did not do what it was asked for: the codes `guest-agent-*` without their beginning. */
export type Refusal =
  | 'off'
  | 'absent'
  | 'not-running'
  | 'busy'
  | 'frozen'
  | 'forbids'
  | 'denied'
  | 'silent'
  | 'late'
  | 'gone'
  | 'error';

/** What was being done. */
export type Asked = 'ask qemu-guest-agent' | 'trim through qemu-guest-agent';

export interface Refused {
  readonly refusal: Refusal;
  /** In a few words; where none are given, those of the refusal. */
  readonly cause?: string;
}

export function toFault({
  refused: { refusal, cause },
  channel,
  asked,
}: {
  refused: Refused;
  channel: GuestAgentChannel;
  asked: Asked;
}): Fault {
  const known = KNOWN[refusal];
  return new Fault({
    code: known.code,
    operation: asked,
    subject: toSubject(channel),
    cause: cause ?? known.cause,
    hint: toHint(refusal, channel),
  });
}

/** As people name it where they look for it. */
export function toSubject(channel: GuestAgentChannel): string {
  if (channel.kind === 'libvirt') return `domain ${channel.domain}`;
  return channel.kind === 'proxmox' ? `guest ${channel.guest}` : channel.path;
}

interface Known {
  readonly code: string;
  /** Where nothing more is known. */
  readonly cause: string;
}

const KNOWN: Readonly<Record<Refusal, Known>> = {
  off: { code: 'guest-agent-off', cause: 'the guest is off or paused' },
  absent: { code: 'guest-agent-absent', cause: 'the guest has no channel for it' },
  'not-running': {
    code: 'guest-agent-not-running',
    cause: 'the guest has a channel for it, but it does not run there',
  },
  busy: { code: 'guest-agent-busy', cause: 'somebody else talks to it' },
  frozen: {
    code: 'guest-agent-frozen',
    cause: 'the filesystems of the guest are frozen, as for a backup, and it does nothing else until they are thawed',
  },
  forbids: { code: 'guest-agent-forbids', cause: 'it may not do that' },
  denied: { code: 'guest-agent-denied', cause: 'the collector may not use its channel' },
  silent: { code: 'guest-agent-silent', cause: 'it does not answer' },
  late: { code: 'guest-agent-late', cause: 'it has not answered in time' },
  gone: { code: 'guest-agent-gone', cause: 'it went away in the middle' },
  error: { code: 'guest-agent-error', cause: 'it answered with an error' },
};

function toHint(refusal: Refusal, channel: GuestAgentChannel): string | null {
  const { kind } = channel;
  switch (refusal) {
    case 'off':
      return toGoOn(channel);
    case 'absent':
      return kind === 'proxmox'
        ? `qm set ${channel.guest} --agent enabled=1, then stop the guest and start it`
        : `Give it a <channel type='unix'> with <target type='virtio' name='org.qemu.guest_agent.0'/>, and power it off and on: ${kind === 'libvirt' ? virsh(channel, 'edit') : 'virsh edit'}`;
    case 'not-running':
      return 'In the guest: apt-get install qemu-guest-agent, then systemctl start qemu-guest-agent';
    case 'busy':
      if (kind === 'libvirt') return `Wait until that is over: ${virsh(channel, 'domjobinfo')}`;
      return kind === 'proxmox'
        ? 'Wait until that is over.'
        : `Wait until that is over, or see who it is: ss -xp | grep ${channel.path}`;
    case 'frozen':
      return `If no backup runs, thaw them: ${toThaw(channel)}`;
    case 'forbids':
      return (
        'In the guest, allow it in /etc/qemu/qemu-ga.conf (block-rpcs, allow-rpcs) or /etc/sysconfig/qemu-ga, ' +
        'then: systemctl restart qemu-guest-agent'
      );
    case 'denied':
      return 'Run the collector as root, or as a user who may use it.';
    case 'silent':
    case 'late':
    case 'gone':
      return 'In the guest: systemctl status qemu-guest-agent';
    case 'error':
      return null;
  }
}

/** QEMU pauses a guest itself where its image cannot grow: why it is paused goes before what lets it go on. */
function toGoOn(channel: GuestAgentChannel): string {
  if (channel.kind === 'libvirt')
    return `Paused? Why, tells ${virsh(channel, 'domstate --reason')}; this lets it go on: ${virsh(channel, 'resume')}`;
  if (channel.kind === 'proxmox')
    return `Paused? Why, tells qm status ${channel.guest} --verbose; this lets it go on: qm resume ${channel.guest}`;
  return 'Start the guest, or let it go on: cont, at the monitor of its QEMU.';
}

function virsh(channel: Extract<GuestAgentChannel, { kind: 'libvirt' }>, command: string): string {
  return `virsh${connectOption({ libvirtUri: channel.uri })} ${command} ${channel.domain}`;
}

function toThaw(channel: GuestAgentChannel): string {
  if (channel.kind === 'libvirt') return virsh(channel, 'domfsthaw');
  if (channel.kind === 'proxmox') return `qm guest cmd ${channel.guest} fsfreeze-thaw`;
  return 'fsfreeze --unfreeze MOUNT in the guest';
}
