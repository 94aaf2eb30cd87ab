import { Fault } from '@trimtab/protocol/shared';
import type { ImageFacts, ImageState } from '../model/image.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { toImageGone } from './image-gone.ts';

/**
 * The space an image takes now, from one stat(2): cheap enough to ask often. `pool` is the key of its pool. Throws a Fault
 * `image-gone`, or `block-device-image`: a block device has no allocation that stat could tell, and 0 would be a lie.
 */
export async function readImageState({
  files,
  facts,
  pool,
}: {
  files: HostFiles;
  facts: ImageFacts;
  pool: string;
}): Promise<ImageState> {
  const status = await files.status(facts.path);
  if (status === null) throw toImageGone(facts.path);
  if (status.isBlockDevice)
    throw new Fault({
      code: 'block-device-image',
      operation: 'measure an image',
      subject: facts.path,
      cause: 'it is a block device, whose allocation this host cannot see',
      hint: null,
    });
  const { allocationBytes, physicalBytes } = status;
  // A raw image may have been resized since its facts were read.
  const capacityBytes = facts.format === 'raw' ? physicalBytes : facts.capacityBytes;
  return { ...facts, capacityBytes, allocationBytes, physicalBytes, pool };
}
