import * as v from 'valibot';

/** What is read of `query-block` (qapi/block-core.json, BlockInfo); a drive without a medium has no `inserted`. */
export const blocksSchema = v.array(
  v.object({
    device: v.string(),
    qdev: v.optional(v.string()),
    inserted: v.optional(
      v.object({
        'node-name': v.optional(v.string()),
        drv: v.string(),
        ro: v.boolean(),
        detect_zeroes: v.optional(v.picklist(['off', 'on', 'unmap'])),
        image: v.object({ filename: v.string() }),
      }),
    ),
  }),
);
export type Blocks = v.InferOutput<typeof blocksSchema>;

/**
 * One device of `query-pci` (qapi/pci.json, PciDeviceInfo); a bridge that the guest has not set up yet shows nothing
 * below.
 */
export interface PciDevice {
  readonly slot: number;
  readonly function: number;
  readonly qdev_id: string;
  readonly pci_bridge?: { readonly devices?: readonly PciDevice[] | undefined } | undefined;
}

const pciDeviceSchema: v.GenericSchema<unknown, PciDevice> = v.object({
  slot: v.pipe(v.number(), v.minValue(0), v.maxValue(0x1f)),
  function: v.pipe(v.number(), v.minValue(0), v.maxValue(7)),
  qdev_id: v.string(),
  pci_bridge: v.optional(v.object({ devices: v.optional(v.array(v.lazy(() => pciDeviceSchema))) })),
});

export const pciBusesSchema = v.array(v.object({ bus: v.number(), devices: v.array(pciDeviceSchema) }));
export type PciBuses = v.InferOutput<typeof pciBusesSchema>;

/** `qom-list`: the devices are those whose type reads `child<virtio-blk-pci>`. */
export const childrenSchema = v.array(v.object({ name: v.string(), type: v.string() }));
