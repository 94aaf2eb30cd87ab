import { stat } from 'node:fs/promises';

/** What a file takes on the host, by the test's own measure: st_blocks counts 512 bytes each, stat(2). */
export async function allocationOf(path: string): Promise<number> {
  return (await stat(path)).blocks * 512;
}
