import type { GuestState } from '../../contract/guest-agent.ts';
import { TRIMMED, WELL } from '../../contract/guest-agent.ts';
import type { FakePrograms } from '../../support/qga/fake-programs.ts';

/** A field a line, as vshPrint("%-20s: %s\n") writes them. */
export function toGuestInfo(fields: Readonly<Record<string, string | number>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name.padEnd(20)}: ${value}\n`)
    .join('');
}

const FILESYSTEMS = {
  'fs.count': 2,
  'fs.0.name': 'vda1',
  'fs.0.mountpoint': '/',
  'fs.0.fstype': 'ext4',
  'fs.0.total-bytes': WELL.sizeBytes,
  'fs.0.used-bytes': WELL.usedBytes,
  'fs.0.disk.count': 1,
  'fs.0.disk.0.alias': 'vda',
  'fs.0.disk.0.device': '/dev/vda1',
  'fs.1.name': 'dm-0',
  'fs.1.mountpoint': '/srv',
  'fs.1.fstype': 'xfs',
  'fs.1.total-bytes': 4_283_432_960,
  'fs.1.used-bytes': 1_048_576,
  'fs.1.disk.count': 2,
  'fs.1.disk.0.alias': 'vdb',
  'fs.1.disk.0.serial': 'data-1',
  'fs.1.disk.0.device': '/dev/vdb',
  'fs.1.disk.1.alias': 'sda',
  'fs.1.disk.1.serial': '0QEMU_QEMU_HARDDISK_data-2',
  'fs.1.disk.1.device': '/dev/sda',
};

const DISKS = {
  'disk.count': 3,
  'disk.0.name': '/dev/vda1',
  'disk.0.partition': 'yes',
  'disk.0.dependency.count': 1,
  'disk.0.dependency.0.name': '/dev/vda',
  'disk.1.name': '/dev/vda',
  'disk.1.partition': 'no',
  'disk.1.alias': 'vda',
  'disk.2.name': '/dev/dm-0',
  'disk.2.partition': 'no',
  'disk.2.dependency.count': 2,
  'disk.2.dependency.0.name': '/dev/vdb',
  'disk.2.dependency.1.name': '/dev/sda',
  'disk.2.guest_alias': 'vg0-srv',
};

export const WELL_TEXT = `${toGuestInfo({ ...FILESYSTEMS, ...DISKS })}\n`;
export const WITHOUT_DISKS_TEXT = `${toGuestInfo(FILESYSTEMS)}\n`;

const agentError = ({ execute, rest }: { execute: string; rest: string }) =>
  `error: internal error: unable to execute QEMU agent command '${execute}': Command ${execute} has been disabled${rest}\n`;

/** What libvirt 9.0 says of a guest in this state, whatever it is asked for; null where it answers. */
function toComplaint(state: GuestState, execute: string): string | null {
  switch (state) {
    case 'off':
      return 'error: Requested operation is not valid: domain is not running\n';
    case 'absent':
      return 'error: argument unsupported: QEMU guest agent is not configured\n';
    case 'not-running':
      return 'error: Guest agent is not responding: QEMU guest agent is not connected\n';
    case 'busy':
      return 'error: Timed out during operation: cannot acquire state change lock (held by agent=remoteDispatchDomainFSTrim)\n';
    case 'silent':
      return 'error: Guest agent is not responding: Guest agent not available for now\n';
    case 'gone':
      return 'error: Guest agent is not responding: Guest agent disappeared while executing command\n';
    case 'frozen':
      return agentError({ execute, rest: ': the agent is in frozen state' });
    case 'forbids':
      return agentError({ execute, rest: '' });
    default:
      return null;
  }
}

function toText(state: GuestState): string {
  switch (state) {
    case 'too-long':
      return toGuestInfo({ 'fs.count': 1, 'fs.0.mountpoint': '/'.repeat(5 * 1024 * 1024), 'fs.0.fstype': 'ext4' });
    case 'no-json':
      return 'hello\n';
    case 'wrong-keys':
      return toGuestInfo({ 'fs.count': 1, 'fs.0.mount': '/', 'fs.0.fstype': 'ext4' });
    case 'more-keys':
      return toGuestInfo({
        'fs.count': 1,
        'fs.0.mountpoint': '/',
        'fs.0.fstype': 'ext4',
        'fs.0.colour': 'blue',
        'fs.0.used-bytes': '18446744073709551615',
        'fs.count.count': 7,
      });
    default:
      return WELL_TEXT;
  }
}

/** Puts a guest in this state behind virsh. */
export function putDomain(programs: FakePrograms, { uuid, state }: { uuid: string; state: GuestState }): void {
  const toPrinted = ({ execute, out }: { execute: string; out: string }) => {
    const err = toComplaint(state, execute);
    return err === null ? { out } : { err };
  };
  const info = toPrinted({ execute: 'guest-get-fsinfo', out: toText(state) });
  programs.answer(`guestinfo ${uuid} --filesystem --disk`, info);
  programs.answer(`guestinfo ${uuid} --filesystem`, info);
  const untold = toPrinted({ execute: 'guest-fstrim', out: '\n' });
  programs.answer(
    `domfstrim ${uuid}`,
    'err' in untold ? { err: `error: Unable to invoke fstrim\n${untold.err}` } : untold,
  );
  const told = `${JSON.stringify({ return: TRIM_ANSWER })}\n\n`;
  programs.answer(toTellingTrim(uuid), toPrinted({ execute: 'guest-fstrim', out: told }));
}

export const toTellingTrim = (uuid: string) => `qemu-agent-command ${uuid} {"execute":"guest-fstrim"}`;

/** As qemu-ga 7.2 has it. */
export const TRIM_ANSWER = {
  paths: TRIMMED.map(({ mount, trimmedBytes, error }) =>
    error === null ? { minimum: 0, path: mount, trimmed: trimmedBytes } : { path: mount, error },
  ),
};
