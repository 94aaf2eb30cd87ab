export interface CommandCall {
  /** A bare name, looked up in PATH and the sbin folders. Never given to a shell. */
  readonly file: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

export type CommandResult =
  | { readonly found: true; readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly found: false };

/** Runs a program with LC_ALL=C. An exit status is an answer, not an error; `exitCode: null` is a signal or the timeout. */
export interface Commands {
  run(call: CommandCall): Promise<CommandResult>;
}
