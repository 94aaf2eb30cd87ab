import type { HostDisk } from '../../model/domain.ts';
import type { BlockChain } from './block-chain.ts';

/** What a device, or a drive that brings its own, says of a disk, and the nodes below it. */
export interface FoundDisk {
  readonly disk: Omit<
    HostDisk,
    'image' | 'storage' | 'format' | 'readOnly' | 'nodes' | 'detectZeroes' | 'discardNoUnref' | 'dataFile'
  >;
  readonly chain: BlockChain;
  /** Its SCSI commands go past the nodes. */
  readonly isPassedThrough: boolean;
  /** Another process stores it, over this socket. */
  readonly servedOver: string | null;
}
