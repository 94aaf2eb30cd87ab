import type { ImageRow } from '../../model/status.ts';

/** An image that lies in a pool, once, however many guests have it. */
export interface PooledImage {
  readonly image: string;
  /** Null where several have it. */
  readonly guest: string | null;
  readonly capacityBytes: number | null;
  readonly allocationBytes: number | null;
}

export function listPooledImages(rows: readonly ImageRow[], pool: string): readonly PooledImage[] {
  const byPath = Map.groupBy(
    rows.filter((row) => row.pool === pool),
    ({ path }) => path,
  );
  return [...byPath].flatMap(([image, same]) => {
    const [first] = same;
    if (first === undefined) return [];
    const { guest, capacityBytes, allocationBytes } = first;
    const isShared = same.some((row) => row.guest !== guest);
    return [{ image, guest: isShared ? null : guest, capacityBytes, allocationBytes }];
  });
}
