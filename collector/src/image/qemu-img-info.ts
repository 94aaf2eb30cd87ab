import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import type { ImageFacts } from '../model/image.ts';
import type { Commands } from '../ports/commands.ts';

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** ImageInfo of qapi/block-core.json, as far as it is read here. */
const infoSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    format: v.string(),
    'virtual-size': bytes,
    'cluster-size': v.optional(bytes),
    'backing-filename': v.optional(v.string()),
    'full-backing-filename': v.optional(v.string()),
    snapshots: v.optional(v.array(v.unknown())),
  }),
);

const TIMEOUT_MS = 10_000;

/**
 * `qemu-img info` of one image, by an absolute path. `-U` because the guest's QEMU holds the lock, `-f` so that nothing is
 * guessed from bytes the guest could have written. Throws a Fault `no-qemu-img` or `image-unreadable`.
 */
export async function readQemuImgInfo(asked: {
  commands: Commands;
  path: string;
  format: string;
}): Promise<ImageFacts> {
  const { commands, path, format } = asked;
  const args = ['info', '-U', '-f', format, '--output=json', path];
  const result = await commands.run({ file: 'qemu-img', args, timeoutMs: TIMEOUT_MS });
  if (!result.found)
    throw toFault('no-qemu-img', path, 'qemu-img is not installed', 'Debian and Ubuntu: apt install qemu-utils');
  if (result.exitCode !== 0) {
    const cause = result.exitCode === null ? `qemu-img gave no answer in ${TIMEOUT_MS} ms` : result.stderr.trim();
    throw toFault('image-unreadable', path, cause, `Try: qemu-img ${args.join(' ')}`);
  }
  const info = v.safeParse(infoSchema, result.stdout);
  if (!info.success)
    throw toFault(
      'image-unreadable',
      path,
      `qemu-img answered ${info.issues[0].message}`,
      `Try: qemu-img ${args.join(' ')}`,
    );
  return {
    path,
    format: info.output.format,
    capacityBytes: info.output['virtual-size'],
    internalSnapshots: info.output.snapshots?.length ?? 0,
    backingFile: info.output['full-backing-filename'] ?? info.output['backing-filename'] ?? null,
    clusterBytes: info.output['cluster-size'] ?? null,
  };
}

function toFault(code: string, subject: string, cause: string, hint: string): Fault {
  return new Fault({ code, operation: 'look at an image', subject, cause, hint });
}
