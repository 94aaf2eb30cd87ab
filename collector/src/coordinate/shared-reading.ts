/**
 * A reading that serves all who have asked before it began: who asks while one is under way gets the next, with all
 * others who asked meanwhile, and never what was read before he asked.
 */
export function createSharedReading<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | null = null;
  let next: Promise<Value> | null = null;

  function begin(): Promise<Value> {
    next = null;
    const own = read();
    underWay = own;
    const forget = () => {
      if (underWay === own) underWay = null;
    };
    own.then(forget, forget);
    return own;
  }

  return () => {
    if (next !== null) return next;
    if (underWay === null) return begin();
    next = underWay.then(begin, begin);
    return next;
  };
}
