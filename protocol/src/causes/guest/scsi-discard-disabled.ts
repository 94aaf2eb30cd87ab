import type { Disk } from '../../wire/model/disk.ts';
import { describeDevice } from './device-path.ts';
import { withReloads } from './mapper-layer.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence } from './refusals.ts';

/** drivers/scsi/sd.c, sd_done: ILLEGAL REQUEST on a discard sets SD_LBP_DISABLE, until somebody writes another mode. */
export const scsiDiscardDisabled: RefusalCause = {
  id: 'scsi-discard-disabled',
  hop: 'issued',
  effect: 'lost',
  title: 'The guest kernel has turned discards off for a SCSI disk, because the disk once refused one.',
  why: 'When a disk answers a discard with ILLEGAL REQUEST, the kernel sends it no more, for as long as it is attached (drivers/scsi/sd.c). A single refusal on the host is enough.',
  signal: '`/sys/class/scsi_disk/H:C:T:L/provisioning_mode` is `disabled`.',
  cure: 'Write the mode that was there before, unmap for a SCSI disk and writesame_16 for SATA, or reboot the guest.',
  explain: ({ filesystem, layer, disk, inheriting }) => {
    if (disk?.provisioningMode !== 'disabled') return null;
    const address = addressOf(disk);
    const file = `/sys/class/scsi_disk/${address ?? 'H:C:T:L'}/provisioning_mode`;
    const mode = isAta(disk) ? 'writesame_16' : 'unmap';
    return {
      sentence: `The kernel has turned discards off for ${describeDevice(layer)}, a disk below ${filesystem.mount}, because the disk once refused one.`,
      evidence: [{ fact: file, value: 'disabled' }, ...refusalEvidence(layer)],
      fix: withReloads(
        {
          on: 'guest',
          commands: address === null ? [] : [`echo ${mode} > ${file}`],
          note: `A reboot of the guest does it too.${isAta(disk) ? '' : ' A SATA disk wants writesame_16 in place of unmap.'} If the mode falls back to disabled, the disk still refuses: then the reason is on the host. The agent then has ext4 discard again what it trimmed in vain.`,
          needsPowerCycle: false,
        },
        inheriting,
      ),
    };
  },
};

function addressOf({ scsiAddress }: Disk): string | null {
  if (scsiAddress === null) return null;
  const { host, channel, target, lun } = scsiAddress;
  return `${host}:${channel}:${target}:${lun}`;
}

/**
 * libata's disks are named by their ATA model in VPD page 0x83, unless they have a WWN: then nothing here tells them
 * from SCSI.
 */
function isAta({ wwn }: Disk): boolean {
  return wwn?.startsWith('t10.ATA') === true;
}
