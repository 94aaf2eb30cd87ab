export interface CommandCall {
  /** A bare name: looked up in /usr/sbin, /usr/bin, /sbin, /bin and then PATH. Never given to a shell. */
  readonly file: string;
  readonly args: readonly string[];
  /** An open file of ours that it gets as its descriptor 3. */
  readonly descriptor?: number;
  /** SIGTERM when it aborts. */
  readonly signal?: AbortSignal;
}

export type CommandResult =
  | { readonly kind: 'ended'; readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }
  /** ENOENT. */
  | { readonly kind: 'missing' };

/** Runs a program with LC_ALL=C. An exit status is an answer, not an error. */
export interface Commands {
  /** Would `run` find it? */
  has(file: string): Promise<boolean>;
  run(call: CommandCall): Promise<CommandResult>;
}
