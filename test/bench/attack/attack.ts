/** What hostile guests do to a collector, in a process of their own. */
export interface Attack {
  /** The last part of its figure's name. */
  readonly name: string;
  /** What is done so often a second, for the output. */
  readonly what: string;
  readonly aSecond: number;
  /** Resolves when it can begin. */
  prepare(target: Target): Promise<Attacking>;
}

export interface Target {
  readonly port: number;
  /** To be called for each that was done. */
  readonly done: () => void;
}

export interface Attacking {
  /** Begins one more. */
  strike(): void;
  /** Its connections that are open now, as far as it has heard. */
  open(): number;
}
