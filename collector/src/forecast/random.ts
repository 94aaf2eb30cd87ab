/**
 * Numbers from 0 up to and without 1, the same for the same seed on every machine (mulberry32, by Tommy Ettinger). A
 * forecast is a function of its series, so that anybody can repeat it.
 */
export function createDraws(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
