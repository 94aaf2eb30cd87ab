export interface CommandCall {
  /** A bare name, found in PATH and the sbin folders. Never given to a shell. */
  readonly file: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** For its stdin, which is empty without. */
  readonly input?: string;
  /** Beside the environment that all programs get. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends it before its time, as the limit does. */
  readonly signal?: AbortSignal;
}

export type CommandResult =
  | {
      readonly kind: 'ended';
      /** Null after a signal or the timeout. */
      readonly exitCode: number | null;
      readonly stdout: string;
      readonly stderr: string;
    }
  /** No such program is installed. */
  | { readonly kind: 'missing' };

/** Runs a program with LC_ALL=C. An exit status is an answer, not an error. */
export interface Commands {
  run(call: CommandCall): Promise<CommandResult>;
}
