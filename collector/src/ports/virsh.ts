/**
 * Puts one command to virsh; what it printed, with its own echo of the command around it. Null: longer than anything
 * read here.
 */
export type AskVirsh = (command: string) => Promise<string | null>;

/**
 * One virsh process that is asked one command after another over its stdin (virsh(1): without a command it is
 * interactive), over a read-only connection. Throws a Fault `no-virsh` where there is none, `virsh-failed` with its own
 * words when it cannot connect, ends early or goes silent.
 */
export interface Virsh {
  /** Ends the process when `talk` is through. `errors` are its complaints, a line each, about whichever command. */
  converse<Result>(
    uri: string,
    talk: (ask: AskVirsh) => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly errors: readonly string[] }>;
}
