import type { KernelFiles } from '../ports/kernel-files.ts';

interface AttributeQuery {
  readonly files: KernelFiles;
  readonly path: string;
}

/** A /sys attribute without the white space around it; null if it is absent, empty or not readable. */
export async function readAttribute({ files, path }: AttributeQuery): Promise<string | null> {
  const text = (await files.readText(path))?.trim() ?? '';
  return text === '' ? null : text;
}

/** A /sys attribute that holds one decimal number; null also for a number that is no longer exact in JavaScript. */
export async function readNumberAttribute({ files, path }: AttributeQuery): Promise<number | null> {
  const text = await readAttribute({ files, path });
  if (text === null || !/^\d+$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
