/** Work of which so much goes on at once; what is handed in beyond waits, in the order it came. */
export function createFewAtOnce(atOnce: number) {
  const waiting: (() => void)[] = [];
  let busy = 0;

  /** Settles as `work` does. */
  return async function fewAtOnce<Value>(work: () => Promise<Value>): Promise<Value> {
    if (busy >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    try {
      return await work();
    } finally {
      // Its turn goes over to the next, so that nobody comes in between.
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}
