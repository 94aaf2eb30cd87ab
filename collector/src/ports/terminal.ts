/** Where a command's words go. Nothing written here is checked: the writer has made it plain (cli/plain-text.ts). */
export interface Terminal {
  /** stdout. */
  readonly out: TextSink;
  /** stderr. */
  readonly err: TextSink;
  /** Colour on stdout: it is a terminal and NO_COLOR (no-color.org) is unset. */
  readonly colours: boolean;
  /** The time zone of whoever reads, as the IANA names it: `Europe/Berlin`. */
  readonly timeZone: string;
  /** Somebody sits at it and can answer. */
  readonly canAsk: boolean;
  /**
   * Asks on stderr for a yes or no. Anything but `y` or `yes`, and the end of the input, is no; Ctrl-C is
   * `interrupted`.
   */
  confirm(question: string): Promise<'yes' | 'no' | 'interrupted'>;
  /** Calls at each Ctrl-C, which then no longer ends the program; the returned function takes it back. */
  onInterrupt(call: () => void): () => void;
}

export interface TextSink {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** journald reads it, which takes a line's priority from its prefix (sd-daemon(3)) and adds the time itself. */
  readonly isJournal: boolean;
  /** The width to fit into: the terminal's, else 80. */
  readonly columns: number;
  /** The lines that fit; null where it is no terminal. */
  readonly rows: number | null;
  /** Aborted when nobody reads it any more (`| head`): what is written then goes nowhere, and is no error. */
  readonly gone: AbortSignal;
}
