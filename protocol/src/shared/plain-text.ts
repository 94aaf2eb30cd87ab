/** Of such texts nothing is to be replaced: they are nearly all, and an agent that waits keeps no table of characters. */
const HARMLESS = /^[ -~]*$/;

/**
 * Text that somebody else chose, for a line of ours. A guest names its disks and mounts as it likes, and whoever starts
 * a QEMU its images: an escape sequence in such a name would be carried out by the terminal of whoever reads it, and a
 * line end would make a line of its own. Control and format characters (C0, C1, bidirectional overrides, zero-width),
 * line separators and lone surrogates each become `�`.
 */
export function toPlainText(text: string): string {
  return HARMLESS.test(text) ? text : text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{fffd}');
}

/**
 * The same value with every text in it made plain: what is about to be shown goes through this as a whole, so that no
 * view can forget one of its fields. `ownLines` names the properties in which line ends are ours.
 */
export function toPlain<Value>(value: Value, ownLines: readonly string[] = []): Value {
  const plain = (each: unknown, key: string): unknown => {
    if (typeof each === 'string')
      return ownLines.includes(key) ? each.split('\n').map(toPlainText).join('\n') : toPlainText(each);
    if (Array.isArray(each)) return each.map((item) => plain(item, key));
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, inner]) => [toPlainText(name), plain(inner, name)]));
  };
  return plain(value, '') as Value;
}
