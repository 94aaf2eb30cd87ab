import { Fault } from '@trimtab/protocol/shared';
import { readImageState } from '../image/allocation.ts';
import type { ImageReader } from '../image/image-facts.ts';
import type { Finding, HostDisk } from '../model/domain.ts';
import { findPool } from '../pool/pool-of-image.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { ImageLook } from './survey.ts';

/** Looks at the image behind a disk: what it is, what it takes, which pool it is in. What cannot be read becomes a finding. */
export function createImageLook({ files, images }: { files: HostFiles; images: ImageReader }) {
  return async (disk: HostDisk): Promise<ImageLook> => {
    try {
      const facts = await images.facts(disk.image, disk.format);
      const pool = await findPool({ files, path: disk.image });
      if (pool === null) return { state: null, finding: noPool(disk) };
      return { state: await readImageState({ files, facts, pool: pool.mountPoint }), finding: null };
    } catch (error) {
      if (error instanceof Fault) return { state: null, finding: toFinding(error) };
      throw error;
    }
  };
}

function toFinding({ message, detail }: Fault): Finding {
  return { subject: detail.subject, sentence: message, hint: detail.hint };
}

function noPool({ image }: HostDisk): Finding {
  return { subject: image, sentence: `${image} is in no mounted filesystem of this host`, hint: null };
}
