import type { Package } from '../model/package.ts';

/** What a writer of a format is given. */
export interface WriteCall {
  readonly pack: Package;
  /** Where the package goes. */
  readonly folder: string;
  /** Its own, empty. */
  readonly work: string;
  readonly epoch: number;
  /** Without compression, for those who try things out: the same content in a moment. */
  readonly isQuick: boolean;
}

/** Makes the package, and gives its path. */
export type Write = (call: WriteCall) => Promise<string>;
