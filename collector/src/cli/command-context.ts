import type { Fault } from '@trimtab/protocol/shared';
import type { ApiPlace } from '../model/api-place.ts';
import type { Explanation } from '../model/explanation.ts';
import type { Day, SeriesForecast } from '../model/forecast.ts';
import type { SecretFile } from '../model/secret-file.ts';
import type { RemoteDesk } from '../ports/desk/remote-desk.ts';
import type { Pause } from '../ports/pause.ts';
import type { Terminal } from '../ports/terminal.ts';
import type { CollectorSettings } from '../settings.ts';
import type { ExitCode } from './exit-code.ts';
import type { Interrupts } from './interrupts.ts';

/** What the commands need from outside, handed in by main.ts. */
export interface CommandContext {
  /** Of this program. */
  readonly version: string;
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** See io/read-configuration.ts. Throws Faults. */
  readConfiguration(named: string | null): { path: string; content: Readonly<Record<string, unknown>> } | null;
  /** Throws where it cannot be read. */
  readSecret(path: string): SecretFile;
  connect(place: ApiPlace): RemoteDesk;
  /** See io/find-service.ts. */
  hasService(): boolean;
  /** Called when the collector is about to be asked, which may take it a while. */
  beginWaiting(): void;
  /** See compose/explain-files.ts. Throws Faults. */
  explain(asked: { paths: readonly string[]; storage: string | null }): Promise<readonly Explanation[]>;
  /** See compose/move-history.ts: how many rows were moved. Throw Faults. */
  exportHistory(asked: MovedHistory): Promise<number>;
  importHistory(asked: MovedHistory): Promise<number>;
  /** See compose/move-keys.ts. Throw Faults. */
  saveKeys(asked: KeysFile): Promise<MovedKeys>;
  restoreKeys(asked: KeysFile): Promise<MovedKeys>;
  /** See compose/forecast-file.ts. Throws Faults. */
  forecastFile(asked: { path: string; capacity: number; at: Day | null }): Promise<SeriesForecast>;
  readonly pause: Pause;
  readonly interrupts: Interrupts;
  /** Runs the collector until it is told to stop. */
  serve(settings: CollectorSettings): Promise<void>;
  /** See compose/check/check-serve.ts. */
  checkServe(settings: CollectorSettings): Promise<CheckFound>;
  /** Called once, by the command that ran. */
  finish(exitCode: ExitCode): void;
}

export interface CheckFound {
  readonly faults: readonly Fault[];
  readonly would: readonly string[];
  readonly notes: readonly string[];
}

export interface MovedHistory {
  readonly place: Pick<CollectorSettings, 'stateDirectory' | 'database'>;
  readonly path: string;
  onLine(lines: number): void;
}

export type KeysFile = Omit<MovedHistory, 'onLine'>;

export interface MovedKeys {
  readonly hostKeys: number;
  readonly guests: number;
}

/** A usage error that only the command itself can see; told like commander's own, exit code 2. */
export class UsageError extends Error {}
