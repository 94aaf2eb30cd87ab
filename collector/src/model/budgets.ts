/**
 * What connections may take together: in all, and those of one address. Each is a setting (settings.ts), in bytes where
 * it is no number of something.
 */
export interface Budgets {
  /** Guests that are connected, and as many greetings a minute from an address. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Connections that have not said hello. */
  readonly halfOpen: number;
  readonly halfOpenPerAddress: number;
  /** Guests that no source of this host tells of, and as many greetings a minute. */
  readonly strangers: number;
  readonly strangersPerAddress: number;
  /** Inventories of all guests, and those of strangers among them. */
  readonly inventories: number;
  readonly strangerInventories: number;
}
