/**
 * What `map` makes of each item, in the order of the items; at most `atOnce` of them are under way at a time. Rejects
 * with the first failure, and begins no other after it.
 */
export async function inTurns<Item, Value>({
  items,
  atOnce,
  map,
}: {
  items: readonly Item[];
  atOnce: number;
  map: (item: Item) => Promise<Value>;
}): Promise<Value[]> {
  const values: Value[] = [];
  const waiting = items.entries();
  const takeTurns = async () => {
    // One iterator for all of them: each takes the next that nobody has taken.
    for (const [index, item] of waiting) values[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, takeTurns));
  return values;
}
