/** Options of one QEMU argument; nested ones under dotted keys (`file.driver`), as QEMU itself names them. */
export type KeyValues = ReadonlyMap<string, string>;

/**
 * `key=value,key=value` or JSON, as `-blockdev`, `-device`, `-drive` and others take it (QEMU docs, "Block device
 * options"; util/keyval.c). A comma in a value is written twice. The first word without `=` is the value of
 * `impliedKey`. Throws SyntaxError for broken JSON.
 */
export function parseKeyValues({ text, impliedKey }: { text: string; impliedKey: string }): KeyValues {
  const found = new Map<string, string>();
  if (text.startsWith('{')) {
    flatten(JSON.parse(text, keepNumbers), '', found);
    return found;
  }
  for (const [index, item] of splitAtCommas(text).entries()) {
    const equals = item.indexOf('=');
    if (equals > 0) found.set(item.slice(0, equals), item.slice(equals + 1));
    else if (index === 0) found.set(impliedKey, item);
    else if (item !== '') found.set(item, 'on');
  }
  return found;
}

/** The options below `prefix` (`file.`), without it. */
export function underPrefix(options: KeyValues, prefix: string): KeyValues {
  return new Map(
    [...options].flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])),
  );
}

/** QEMU's words for true (qapi_bool_parse); absent is false. */
export function isOn(value: string | undefined): boolean {
  return value === 'on' || value === 'true' || value === 'yes' || value === 'y';
}

function splitAtCommas(text: string): string[] {
  return (text.match(/(?:[^,]|,,)+/g) ?? []).map((item) => item.replaceAll(',,', ','));
}

/** libvirt writes a WWN as a number of 64 bits, more than a double holds: numbers stay as they are written. */
function keepNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? value) : value;
}

function flatten(value: unknown, path: string, found: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) {
    if (path !== '') found.set(path, String(value));
    return;
  }
  for (const [key, child] of Object.entries(value)) flatten(child, path === '' ? key : `${path}.${key}`, found);
}
