import type { Allocation, ImageState } from '../model/image.ts';

/**
 * The steady sampler. One call for all images: a stat(2) each for files, one `dmsetup status` for all thin volumes
 * together; no process per image. An image that is gone or cannot be measured has nulls. Keyed by `ImageState.path`.
 */
export interface Allocations {
  read(images: readonly ImageState[]): Promise<ReadonlyMap<string, Allocation>>;
}
