/** Does an option with this value take the name of a file? Help shows it as PATH or FILE then. */
export function takesFile(value: string | null): boolean {
  return value !== null && /^(?:PATH|FILE)$/.test(value);
}
