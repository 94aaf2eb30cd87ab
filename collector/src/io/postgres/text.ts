/**
 * Text as PostgreSQL can hold it: all but the character 0 (postgresql.org/docs/15/datatype-character.html), which a
 * guest may well say. It and the character 1 are written as two, which changes the order of no two texts.
 */
export function toStored(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these two are what it is about
  return text.replace(/[\0\x01]/g, (character) => (character === '\0' ? '\x010' : '\x011'));
}

export function fromStored(stored: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  return stored.includes('\x01') ? stored.replace(/\x01(.)/g, (_, digit) => (digit === '0' ? '\0' : '\x01')) : stored;
}
