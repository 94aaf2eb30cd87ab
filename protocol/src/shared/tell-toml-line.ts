/** A key as settings are called: what stands before the `=` on a line within a text of many lines may be a secret. */
const KEY = /^\s*(?<key>[a-z][a-z-]{0,39})\s*=/;

/** Which line of a configuration this is, by its key alone: its value may be a secret. Empty where it begins with none. */
export function tellTomlLine({ text, line }: { readonly text: string; readonly line: number }): string {
  const key = KEY.exec(text.split('\n')[line - 1] ?? '')?.groups?.key;
  return key === undefined ? '' : ` This one begins with: ${key} =`;
}
