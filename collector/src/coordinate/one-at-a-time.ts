/**
 * Work that must not overlap: what is handed in under one key is done in the order it came, each after the one before
 * has ended, however that ended. Work under different keys goes on side by side.
 */
export function createOneAtATime<Key>() {
  const lastByKey = new Map<Key, Promise<unknown>>();

  /** Settles as `work` does. */
  return function oneAtATime<Value>(key: Key, work: () => Promise<Value>): Promise<Value> {
    const before = lastByKey.get(key) ?? Promise.resolve();
    const own = before.catch(() => {}).then(work);
    lastByKey.set(key, own);
    const forget = () => {
      if (lastByKey.get(key) === own) lastByKey.delete(key);
    };
    own.then(forget, forget);
    return own;
  };
}
