import * as v from 'valibot';
import { measuredBytesSchema, mountSchema, nameSchema, textSchema } from './plain.ts';

const small = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(0xffff_ffff));

/**
 * Host, channel, target and LUN of a SCSI disk, from the name of its device folder. The host number is the guest's own.
 */
export const scsiAddressSchema = v.object({ host: small, channel: small, target: small, lun: small });
export type ScsiAddress = v.InferOutput<typeof scsiAddressSchema>;

/**
 * A whole disk as the guest sees it, with everything by which the host may know it again. Its name is a hint only:
 * the order of names follows the guest's own probing.
 */
export const diskSchema = v.object({
  name: nameSchema,
  /** Null where whoever speaks for the guest does not tell; agents always do. */
  sizeBytes: measuredBytesSchema,
  /** The kernel driver it hangs on: `virtio_blk`, `sd`, `nvme`, `loop`; null if /sys does not tell. */
  driver: v.nullable(nameSchema),
  model: v.nullable(textSchema),
  /** `/sys/block/<disk>/serial` (virtio-blk, 20 characters at most), `device/serial` (NVMe) or VPD page 0x80 (SCSI). */
  serial: v.nullable(nameSchema),
  /** World-wide name, as the kernel writes it: `naa.…`, `eui.…`, `t10.…`. */
  wwn: v.nullable(nameSchema),
  /** `0000:00:05.0`: the disk's own PCI function (virtio-blk, NVMe) or that of its controller (SCSI, SATA). */
  pciAddress: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/))),
  /**
   * The way to that function from the root bus, bridges included, each as `slot.function`: `["02.1", "00.0"]`. Unlike
   * bus numbers, which the guest's firmware hands out, it is the same on both sides.
   */
  pciPath: v.nullable(
    v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{2}\.[0-7]$/))), v.minLength(1), v.maxLength(16)),
  ),
  scsiAddress: v.nullable(scsiAddressSchema),
  /** The backing file of a loop device, as `/sys/block/<disk>/loop/backing_file` names it. */
  backingFile: v.nullable(textSchema),
  /**
   * Of a loop device, the filesystem of this inventory that holds its file; null where it is none, and from agents
   * before version 3.
   */
  backingMount: v.optional(v.nullable(mountSchema), null),
  /**
   * `/sys/class/scsi_disk/H:C:T:L/provisioning_mode`: `unmap`, `writesame_16`, `full`, `disabled` …; null for what is
   * no SCSI disk.
   */
  provisioningMode: v.optional(v.nullable(nameSchema), null),
});
export type Disk = v.InferOutput<typeof diskSchema>;
