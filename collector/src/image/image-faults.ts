import { Fault } from '@trimtab/protocol/shared';

const operation = 'look at an image';

/** The fault of an image that is configured and does not exist. */
export function toImageGone(path: string): Fault {
  return new Fault({
    code: 'image-gone',
    operation,
    subject: path,
    cause: 'there is no such file: deleted, moved, or never made',
    hint: `Look for it with: ls -l ${path}`,
  });
}

/** What an image says of itself and nobody should follow. */
export function toUnsafeImage(path: string, cause: string, hint: string | null = null): Fault {
  return new Fault({ code: 'unsafe-image', operation, subject: path, cause, hint });
}

export function toBadPath(path: string): Fault {
  const cause = 'the path is not absolute, so QEMU could take it for an option or a protocol';
  return new Fault({ code: 'bad-image-path', operation, subject: path, cause, hint: null });
}

export function toUnreadable(path: string): Fault {
  return new Fault({
    code: 'image-unreadable',
    operation,
    subject: path,
    cause: 'it is there and cannot be read',
    hint: 'Run the collector as root, or as a user that may read the images.',
  });
}
