import type { HostDisk } from '../../collector/src/model/domain.ts';

/** A disk of which the hypervisor said nothing but where its image is. */
export function toHostDisk(image: string, rest: Partial<HostDisk> = {}): HostDisk {
  return {
    id: 'disk0',
    bus: 'virtio-blk',
    image,
    storage: 'file',
    format: null,
    readOnly: false,
    serial: null,
    wwn: null,
    pciPath: null,
    scsiAddress: null,
    kernelName: null,
    nodes: [],
    detectZeroes: null,
    discardGranularityBytes: null,
    withoutDiscard: null,
    discardNoUnref: false,
    setting: null,
    atNextStart: null,
    shareable: false,
    ...rest,
  };
}
