/** What a figure is, before anybody measured it. */
export type Figure = FigureName & Bar;

/** A value that is the bar meets it. */
export type Bar =
  | { readonly bound: 'at most' | 'at least'; readonly bar: number }
  | { readonly bound: 'between'; readonly bar: readonly [number, number] };

interface FigureName {
  /** Its name on the command line and in the output. */
  readonly figure: string;
  /** `x` for a ratio. */
  readonly unit: string;
  /** How many decimals of it mean something. */
  readonly decimals: number;
}

export interface Measured {
  readonly value: number;
  /** The alternative by name, with what it came to in the same run. */
  readonly against: string;
}

/** What a benchmark is given. */
export interface Bench {
  /** Its own, empty, removed afterwards; on a real disk. */
  readonly directory: string;
  /** Progress, a line at a time. */
  readonly say: (line: string) => void;
  /** Aborts when the user ends the run; steps of a few seconds ask it in between. */
  readonly signal: AbortSignal;
}

/** One setup and the figures that are read off it. */
export interface Benchmark {
  readonly figures: readonly Figure[];
  /** By figure name. Leaves nothing behind, however it ends. */
  readonly measure: (bench: Bench) => Promise<Readonly<Record<string, Measured>>>;
}
