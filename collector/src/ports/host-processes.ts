/** The processes of this host. */
export interface HostProcesses {
  /** Tells the process that has this id now from any other that ever has it; null when none runs under it. */
  markOf(pid: number): Promise<string | null>;
  /** Does the process of this mark still run? */
  runs(mark: string): Promise<boolean>;
}
