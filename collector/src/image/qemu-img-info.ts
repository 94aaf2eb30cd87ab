import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import type { Commands } from '../ports/commands.ts';
import { type HeaderFacts, toPlainFacts } from './header-facts.ts';
import { OPERATION } from './image-faults.ts';

/**
 * Formats in one file, whose headers send `qemu-img info` to no other. vmdk is not among them: its descriptor names
 * files.
 */
export const INFO_FORMATS: ReadonlySet<string> = new Set(['qcow', 'qed', 'vdi', 'vhdx', 'vpc']);

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** ImageInfo of qapi/block-core.json, as far as it is read here. */
const infoSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    format: v.string(),
    'virtual-size': bytes,
    'cluster-size': v.optional(bytes),
  }),
);

export const TIMEOUT_MS = 10_000;

/**
 * `qemu-img info` of one image, by an absolute path. `-U` because the guest's QEMU holds the lock, `-f` so that nothing
 * is guessed from bytes the guest could have written, and no `--backing-chain`, so that nothing below is opened. Throws
 * a Fault `no-qemu-img` or `image-unreadable`, in words of our own: qemu-img quotes bytes of what it was given, which
 * may be any file of this host that somebody named.
 */
export async function readQemuImgInfo({
  commands,
  path,
  format,
}: {
  commands: Commands;
  path: string;
  format: string;
}): Promise<HeaderFacts> {
  const args = ['info', '-U', '-f', format, '--output=json', path];
  const result = await commands.run({ file: 'qemu-img', args, timeoutMs: TIMEOUT_MS });
  if (result.kind === 'missing')
    throw new Fault({
      code: 'no-qemu-img',
      operation: OPERATION,
      subject: path,
      cause: 'qemu-img is not installed',
      hint: 'Debian and Ubuntu: apt install qemu-utils',
    });
  const refuse = (cause: string) =>
    new Fault({
      code: 'image-unreadable',
      operation: OPERATION,
      subject: path,
      cause,
      hint: `Try: qemu-img ${args.join(' ')}`,
    });
  if (result.exitCode !== 0) {
    if (result.exitCode === null) throw refuse(`qemu-img gave no answer in ${TIMEOUT_MS} ms`);
    throw refuse(
      /Permission denied/.test(result.stderr) ? 'permission denied' : `qemu-img finds no ${format} image there`,
    );
  }
  const info = v.safeParse(infoSchema, result.stdout);
  if (!info.success) throw refuse('what qemu-img answers is not understood');
  const { format: found, 'virtual-size': capacityBytes, 'cluster-size': clusterBytes = null } = info.output;
  return { ...toPlainFacts({ format: found, capacityBytes }), clusterBytes };
}
