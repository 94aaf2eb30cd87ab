/** One line a call, for a person; errors already told apart from what goes as usual. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}
