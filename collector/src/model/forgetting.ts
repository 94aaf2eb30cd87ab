/** Which guest is to be forgotten. */
export interface ForgetQuery {
  /** Its name, an id of it, or the UUID of its domain. */
  readonly guest: string;
  /** Only say what would be forgotten. */
  readonly dryRun: boolean;
}

/** What is forgotten, or would be. */
export interface Forgetting {
  /** Its name. */
  readonly guest: string;
  /** Of the host's own making: what was told of one is done to no other, whatever it is called by then. */
  readonly guestId: string;
  /** Stored results that go with it. */
  readonly trims: number;
  /** The hypervisor has it: it stays in the list of guests, as one from which no agent has ever connected. */
  readonly knownToHost: boolean;
  readonly forgotten: boolean;
}
