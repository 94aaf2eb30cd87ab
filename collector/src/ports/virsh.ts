/**
 * Puts one command to virsh; what it printed, with its own echo of the command around it. Null: longer than anything
 * read here.
 */
export type AskVirsh = (command: string) => Promise<string | null>;

/**
 * Its complaints since this was last asked, a line each and without `error: `: those about the command that it was
 * asked last, where it is asked one at a time.
 */
export type VirshComplaints = () => Promise<readonly string[]>;

/**
 * One virsh process that is asked one command after another over its stdin (virsh(1): without a command it is
 * interactive), over a read-only connection where it was not made for more. Throws a Fault `no-virsh` where there is
 * none, `virsh-failed` with its own words when it cannot connect or ends early, `virsh-silent` when it does not answer
 * in time.
 */
export interface Virsh {
  /** Ends the process when `talk` is through. `errors` are all of its complaints, about whichever command. */
  converse<Result>(
    uri: string,
    talk: (ask: AskVirsh, complaints: VirshComplaints) => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly errors: readonly string[] }>;
}
