import { Fault } from '@trimtab/protocol/shared';

/** The fault of an image that is configured and does not exist. */
export function toImageGone(path: string): Fault {
  return new Fault({
    code: 'image-gone',
    operation: 'look at an image',
    subject: path,
    cause: 'there is no such file: deleted, moved, or never made',
    hint: `Look for it with: ls -l ${path}`,
  });
}
