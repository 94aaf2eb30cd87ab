export interface CommandCall {
  /** A bare name, found in PATH and the sbin folders. Never given to a shell. */
  readonly file: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
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
