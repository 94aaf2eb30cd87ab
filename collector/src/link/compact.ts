/**
 * The same plain value, as small as V8 keeps one. The codec cuts texts out of one that is as long as the frame, which
 * stays with each of them; and what a schema makes grows piece by piece, with room for as much again.
 */
export function toCompact<Value>(plain: Value): Value {
  return JSON.parse(JSON.stringify(plain)) as Value;
}
