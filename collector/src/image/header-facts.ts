import type { ImageFacts } from '../model/image.ts';

/** What the inside of an image says, as opposed to the place it lies in. */
export type HeaderFacts = Omit<ImageFacts, 'path' | 'kind' | 'dataFile'> & {
  readonly hasExternalData: boolean;
  readonly externalData: string | null;
};

/** Of an image that has no header, or none that says more than its size. */
export function toPlainFacts({ format, capacityBytes }: { format: string; capacityBytes: number | null }): HeaderFacts {
  return {
    format,
    capacityBytes,
    internalSnapshots: 0,
    snapshotNames: [],
    backingChain: [],
    clusterBytes: null,
    compat: null,
    extendedL2: false,
    hasExternalData: false,
    externalData: null,
  };
}
