import { Fault } from '@trimtab/protocol/shared';

export const OPERATION = 'read an image';

/** The fault of an image that is configured and does not exist. */
export function toImageGone(path: string): Fault {
  return new Fault({
    code: 'image-gone',
    operation: OPERATION,
    subject: path,
    cause: 'there is no such file: deleted, moved, or never made',
    hint: `Look for it with: ls -l ${path}`,
  });
}

/** An image whose own header says what nobody should follow. */
export function toUnsafeImage({
  path,
  cause,
  hint = null,
}: {
  path: string;
  cause: string;
  hint?: string | null;
}): Fault {
  return new Fault({ code: 'unsafe-image', operation: OPERATION, subject: path, cause, hint });
}

export function toBadPath(path: string): Fault {
  const cause = 'the path is not absolute, so QEMU could take it for an option or a protocol';
  return new Fault({ code: 'bad-image-path', operation: OPERATION, subject: path, cause, hint: null });
}

/** A FIFO, a socket, a folder: opening one could hang, and none is a disk. */
export function toNoImage(path: string): Fault {
  return new Fault({
    code: 'no-image',
    operation: OPERATION,
    subject: path,
    cause: 'it is neither a regular file nor a block device',
    hint: `See what it is: stat ${path}`,
  });
}

/** Of a place that hangs (a server of NFS that is gone) nothing is said but that: whether the image is there or not. */
export function toSilentPlace(place: string): Fault {
  return new Fault({
    code: 'image-unreadable',
    operation: OPERATION,
    subject: place,
    cause: 'nothing there answers, and the images on it are not read until it does',
    hint: `Ask it yourself: timeout 10 ls -ld ${place}`,
  });
}

export function toTooSlow({ path, limitMs }: { path: string; limitMs: number }): Fault {
  return new Fault({
    code: 'image-unreadable',
    operation: OPERATION,
    subject: path,
    cause: `it was not read within ${limitMs / 1000} s`,
    hint: `Ask it yourself: time qemu-img info -U ${path}`,
  });
}

export function toUnreadable(path: string): Fault {
  return new Fault({
    code: 'image-unreadable',
    operation: OPERATION,
    subject: path,
    cause: 'it is there and cannot be read',
    hint: 'Run the collector as root, or as a user that may read the images.',
  });
}
