import type { ImageRead } from '../../collector/src/image/images.ts';
import type { ImageState } from '../../collector/src/model/image.ts';

/** The image; throws what was refused. */
export function imageOf(read: ImageRead | undefined): ImageState {
  if (read === undefined) throw new Error('nothing was read');
  if (read.kind === 'refused') throw read.fault;
  return read.image;
}

/** What an image was refused for; undefined where it was read. */
export function refusalOf(read: ImageRead | undefined) {
  return read?.kind === 'refused' ? read.fault.detail : undefined;
}
