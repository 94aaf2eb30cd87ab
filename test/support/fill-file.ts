import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';

const MIB = 1024 ** 2;

/** A file that really takes `bytes` on its filesystem, and is as long as `lengthBytes`, sparse behind them. */
export async function fillFile(path: string, { bytes, lengthBytes }: { bytes: number; lengthBytes: number }) {
  const file = await open(path, 'w');
  try {
    const block = randomBytes(MIB);
    for (let at = 0; at < bytes; at += MIB) await file.write(block, 0, Math.min(MIB, bytes - at), at);
    await file.truncate(lengthBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
