/**
 * The types of the options of the drivers that are reopened (qapi/block-core.json: BlockdevOptions, -File, -Raw,
 * -Qcow2, -Throttle), by their last word: QMP wants numbers and true or false, where a command line has text and `on`.
 */
const BOOLEANS = new Set([
  ...['read-only', 'auto-read-only', 'force-share', 'direct', 'no-flush', 'drop-cache', 'x-check-cache-dropped'],
  ...['lazy-refcounts', 'pass-discard-request', 'pass-discard-snapshot', 'pass-discard-other', 'discard-no-unref'],
  // Of `overlap-check`, as options.
  ...['main-header', 'active-l1', 'active-l2', 'refcount-table', 'refcount-block', 'snapshot-table', 'inactive-l1'],
  ...['inactive-l2', 'bitmap-directory'],
]);

const NUMBERS = new Set([
  ...['offset', 'size', 'aio-max-batch', 'cache-size', 'l2-cache-size', 'l2-cache-entry-size', 'refcount-cache-size'],
  'cache-clean-interval',
]);

/** `locking` and `aio` are enumerations, `overlap-check` one or options. */
const TEXTS = new Set([
  ...['driver', 'node-name', 'filename', 'file', 'backing', 'discard', 'detect-zeroes', 'aio', 'locking', 'pr-manager'],
  ...['throttle-group', 'overlap-check', 'template', 'data-file', 'format', 'key-secret'],
]);

/** `key=value` of a command line. */
interface Option {
  readonly key: string;
  readonly text: string;
}

/**
 * The value of `key=value` as QMP wants it. Throws SyntaxError where the type of the key is not known, or the value is
 * not of it.
 */
export function toTyped({ key, text }: Option): unknown {
  const word = key.split('.').at(-1) ?? '';
  if (TEXTS.has(word)) return text;
  if (BOOLEANS.has(word)) return toBoolean({ key, text });
  if (NUMBERS.has(word)) return toNumber({ key, text });
  throw new SyntaxError(`the type of its option '${key}' is not known here`);
}

/** qapi_bool_parse. */
function toBoolean({ key, text }: Option): boolean {
  if (['on', 'yes', 'true', 'y'].includes(text)) return true;
  if (['off', 'no', 'false', 'n'].includes(text)) return false;
  throw new SyntaxError(`'${key}=${text}' is neither on nor off`);
}

/** As C reads it, without a unit: QEMU takes none here. */
function toNumber({ key, text }: Option): number {
  const number = /^(?:\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new SyntaxError(`'${key}=${text}' is not a whole number`);
  return number;
}
