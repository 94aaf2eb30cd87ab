import type { ImageRow } from '../../model/status.ts';

/** A line of the table of images. */
export interface FoldedImage {
  readonly image: ImageRow;
  /** How many guests read it; 1 for an image like any other. */
  readonly readers: number;
}

/**
 * What a person has to look at, once: an image that several guests only read is one line, and the loop devices of this
 * host that no agent speaks for (snaps, images that somebody looks into) are no lines at all, where they are several.
 */
export function foldImages(images: readonly ImageRow[]): {
  readonly folded: readonly FoldedImage[];
  readonly loops: readonly ImageRow[];
} {
  const loops = images.filter(isNobodysLoop);
  const hidden = new Set(loops.length > 1 ? loops : []);
  const readers = Map.groupBy(
    images.filter(({ readOnly }) => readOnly),
    ({ path }) => path,
  );
  const folded = images.flatMap((image): FoldedImage[] => {
    if (hidden.has(image)) return [];
    const rows = image.readOnly ? (readers.get(image.path) ?? []) : [];
    if (rows.length > 1 && rows[0] !== image) return [];
    return [{ image, readers: new Set(rows.map(({ guest }) => guest)).size || 1 }];
  });
  return { folded, loops: [...hidden] };
}

function isNobodysLoop({ source, device }: ImageRow): boolean {
  return source === 'loop-devices' && device === null;
}
