import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Fault, toCause } from '@trimtab/protocol/shared';

export interface Input {
  readonly bytes: Uint8Array;
  /** Null where it is not known: of stdin, and of files of /proc. */
  readonly lengthBytes: number | null;
  /** It goes on behind `bytes`. */
  readonly isCut: boolean;
}

/** What a file is read for, as its Fault says it. */
export interface Purpose {
  readonly operation: string;
  readonly hint: string;
}

/**
 * The first bytes of a file that a person named, at most `most`; `-` is stdin. Of files only regular ones, opened
 * without waiting. Throws a Fault `unreadable-file`.
 */
export async function readInput({
  path,
  most,
  purpose,
}: {
  path: string;
  most: number;
  purpose: Purpose;
}): Promise<Input> {
  try {
    return path === '-' ? await readStdin(most) : await readFile(path, most);
  } catch (error) {
    throw new Fault({
      code: 'unreadable-file',
      operation: purpose.operation,
      subject: path,
      cause: toCause(error),
      hint: purpose.hint,
    });
  }
}

async function readFile(path: string, most: number): Promise<Input> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new Error('it is no regular file');
    const bytes = new Uint8Array(status.size > 0 ? Math.min(status.size, most) + 1 : most + 1);
    let filled = 0;
    while (filled < bytes.byteLength) {
      const { bytesRead } = await file.read(bytes, filled, bytes.byteLength - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    const isCut = filled > most;
    return { bytes: bytes.subarray(0, Math.min(filled, most)), lengthBytes: status.size || null, isCut };
  } finally {
    await file.close();
  }
}

async function readStdin(most: number): Promise<Input> {
  const chunks: Buffer[] = [];
  let filled = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    filled += chunk.byteLength;
    if (filled > most) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, most), lengthBytes: null, isCut: filled > most };
}
