import type { KernelFiles } from '../../../agent/src/ports/kernel-files.ts';
import { type KernelTree, layOutTree } from './kernel-tree.ts';

/** Runs against a small tree that a test writes down itself. */
export async function withTree<T>(tree: Partial<KernelTree>, use: (files: KernelFiles) => Promise<T>): Promise<T> {
  const laidOut = await layOutTree({ origin: 'this test', files: {}, binaries: {}, links: {}, space: {}, ...tree });
  try {
    return await use(laidOut.files);
  } finally {
    await laidOut.remove();
  }
}
