import { type Fix, quote } from '@trimtab/protocol/causes';
import type { DiskEvidence } from './evidence.ts';
import { ownerOf, powerOff } from './owner.ts';

export interface Conversion {
  /** `-f vdi -O qcow2`, what stands between `qemu-img convert` and the images. */
  readonly options: string;
  readonly path: string;
  readonly target: string;
  /** Has the new image another format than the old? Proxmox VE moves a disk within a storage only then. */
  readonly isOtherFormat: boolean;
}

/**
 * A new image in place of one that cannot give space back, and the guest on it: each by the commands of whoever keeps
 * the guest.
 */
export function convertImage(evidence: DiskEvidence, { options, path, target, isOtherFormat }: Conversion): Fix {
  const owner = ownerOf(evidence);
  const setting = evidence.disk?.setting ?? null;
  if (owner.kind === 'proxmox' && evidence.disk !== null && setting !== null && /^[^/,:]+:/.test(setting))
    return {
      on: 'host',
      commands: [
        `qm disk move ${owner.vmid} ${evidence.disk.id} ${isOtherFormat ? quote(setting.split(':')[0] ?? '') : 'STORAGE'} --format qcow2`,
      ],
      note: `${isOtherFormat ? '' : 'STORAGE is another storage: within one, Proxmox VE does not copy a qcow2. '}The guest may run meanwhile. The old image stays as an unused disk. Then trim.`,
      needsPowerCycle: false,
    };
  const convert = `qemu-img convert ${options} ${quote(path)} ${quote(target)}`;
  const first = powerOff(evidence);
  if (owner.kind !== 'libvirt')
    return {
      on: 'host',
      first,
      commands: [convert],
      note: 'Then give it the new image, with discard=unmap.',
      needsPowerCycle: !evidence.isOff,
    };
  const use = `--disk ${quote(`source.file=${target}`)},driver.type=qcow2,driver.discard=unmap`;
  return {
    on: 'host',
    first,
    // In one line: the guest is not to get half an image.
    commands: [`${convert} && ${owner.virtXml} ${owner.guest} --edit ${quote(`path=${path}`)} ${use}`],
    note: 'Then start it, and trim.',
    needsPowerCycle: !evidence.isOff,
  };
}
