import { createHash } from 'node:crypto';
import { Fault } from '@trimtab/protocol/shared';
import type { ImageFacts } from '../model/image.ts';
import type { Commands } from '../ports/commands.ts';
import type { FileStatus, HostFiles } from '../ports/host-files.ts';
import { findFormat } from './image-format.ts';
import { toImageGone } from './image-gone.ts';
import { readQemuImgInfo } from './qemu-img-info.ts';

export interface ImageReader {
  /**
   * What an image is. `format` as configured; null when nobody said. Throws a Fault `image-gone`, `image-unreadable`,
   * `bad-image-path`, `unsafe-image` or `no-qemu-img`.
   */
  facts(path: string, format: string | null): Promise<ImageFacts>;
}

/** Remembers the facts of an image until its header changes: for qcow2 a process is started for each new one. */
export function createImageReader({ files, commands }: { files: HostFiles; commands: Commands }): ImageReader {
  const remembered = new Map<string, { readonly version: string; readonly facts: ImageFacts }>();
  return {
    async facts(path, format) {
      if (!path.startsWith('/')) throw toBadPath(path);
      const status = await files.status(path);
      if (status === null) {
        remembered.delete(path);
        throw toImageGone(path);
      }
      if (format === 'raw') return toRawFacts(path, status);
      const header = await files.readHead(path, HEADER_BYTES);
      if (header === null) throw toUnreadable(path);
      const known = format ?? findFormat({ path, header });
      if (known === 'raw') return toRawFacts(path, status);
      const hash = createHash('sha256').update(header).digest('base64');
      const version = `${known} ${status.device}:${status.inode} ${hash}`;
      const last = remembered.get(path);
      if (last?.version === version) return last.facts;
      const facts = await readQemuImgInfo({ commands, path, format: known });
      remembered.set(path, { version, facts });
      return facts;
    },
  };
}

/**
 * Where qcow2 (docs/interop/qcow2.txt) keeps the size, the number of snapshots, and the name of the backing file, which
 * qemu-img writes behind the feature table at byte 528 [measured, 7.2].
 */
const HEADER_BYTES = 4096;

function toRawFacts(path: string, status: FileStatus): ImageFacts {
  return {
    path,
    format: 'raw',
    // st_size of a block device is 0, which is not its size.
    capacityBytes: status.isBlockDevice ? null : status.physicalBytes,
    internalSnapshots: 0,
    backingFile: null,
    clusterBytes: null,
  };
}

function toBadPath(path: string): Fault {
  return new Fault({
    code: 'bad-image-path',
    operation: 'look at an image',
    subject: path,
    cause: 'the path is not absolute, so QEMU could take it for an option or a protocol',
    hint: null,
  });
}

function toUnreadable(path: string): Fault {
  return new Fault({
    code: 'image-unreadable',
    operation: 'look at an image',
    subject: path,
    cause: 'it is there and cannot be read',
    hint: 'Run the collector as root, or as a user that may read the images.',
  });
}
