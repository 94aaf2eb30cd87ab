import { type Layer, TEXT_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readAttribute } from './attributes.ts';
import { BLOCK_FOLDER } from './device-names.ts';
import { readDriver } from './disks.ts';

interface RemedyQuery {
  readonly files: KernelFiles;
  /** A layer that refuses discards though nothing below it does. */
  readonly layer: Layer;
}

/** What makes a layer accept discards; null where no remedy is known to work. */
export async function findDiscardRemedy({ files, layer }: RemedyQuery): Promise<string | null> {
  const remedy = softwareLimitRemedy(layer) ?? (await remedyByKind({ files, layer }));
  return remedy?.slice(0, TEXT_LIMIT) ?? null;
}

/** discard_max_bytes can be written, and someone wrote 0 (Documentation/ABI/stable/sysfs-block). */
function softwareLimitRemedy({ name, discard }: Layer): string | null {
  if (discard.maxBytes !== 0 || (discard.maxHwBytes ?? 0) === 0) return null;
  return `The device could do it. As root: echo ${discard.maxHwBytes} > /sys/class/block/${name}/queue/discard_max_bytes`;
}

async function remedyByKind({ files, layer }: RemedyQuery): Promise<string | null> {
  switch (layer.kind) {
    case 'dm':
      return mapperRemedy({ files, layer });
    case 'md':
      return raidRemedy(layer);
    case 'disk':
      return diskRemedy({ files, layer });
    case 'loop':
    case 'partition':
      return null;
  }
}

/** cryptsetup names its devices `CRYPT-<type>-…` (dm UUID); without `allow_discards` dm-crypt sets the limit to 0. */
async function mapperRemedy({ files, layer }: RemedyQuery): Promise<string | null> {
  const uuid = await readAttribute({ files, path: `${BLOCK_FOLDER}/${layer.name}/dm/uuid` });
  const label = layer.label?.slice('/dev/mapper/'.length) ?? null;
  if (label === null || !/^CRYPT-(LUKS|PLAIN)/.test(uuid ?? '')) return null;
  const persistent = uuid?.startsWith('CRYPT-LUKS2') ? ' --persistent' : '';
  return (
    `As root: cryptsetup refresh --allow-discards${persistent} ${label} ` +
    '(whoever can read the disk can then tell its free blocks from its used ones).'
  );
}

/** drivers/md/raid5.c: off unless the administrator vouches that the members read as zero after a discard. */
function raidRemedy({ label }: Layer): string | null {
  if (label === null || !/^raid[456]$/.test(label)) return null;
  return (
    'If every member reads as zeroes after a discard, load the module with raid456.devices_handle_discard_safely=Y ' +
    'and assemble the array again.'
  );
}

async function diskRemedy({ files, layer }: RemedyQuery): Promise<string | null> {
  const driver = await readDriver({ files, name: layer.name });
  if (driver === 'virtio_blk') {
    return (
      'On the host: virtio-blk passes discards from QEMU 4.0 on, with a machine type of 4.0 or newer and without ' +
      'discard=off on the device.'
    );
  }
  return driver === 'sd' ? scsiRemedy({ files, layer }) : null;
}

/** sd_config_discard and sd_done in drivers/scsi/sd.c: `full` is what the disk said, `disabled` what it did. */
async function scsiRemedy({ files, layer }: RemedyQuery): Promise<string | null> {
  const folder = `${BLOCK_FOLDER}/${layer.name}/device/scsi_disk`;
  const [address] = await files.list(folder);
  const mode =
    address === undefined ? null : await readAttribute({ files, path: `${folder}/${address}/provisioning_mode` });
  if (mode === 'full') {
    return (
      'The disk calls itself fully provisioned (provisioning_mode is full). On the host, give the QEMU device a ' +
      'discard_granularity other than 0.'
    );
  }
  if (mode === 'disabled') {
    return (
      'The kernel turns discards off when the disk refuses one (provisioning_mode is disabled). As root: ' +
      `echo unmap > /sys/class/scsi_disk/${address}/provisioning_mode (writesame_16 for SATA), or reboot the guest.`
    );
  }
  return null;
}
