import { join } from 'node:path';
import type { FromGuest, Inventory } from '@trimtab/protocol';
import { composeTrims } from '../../../agent/src/compose/compose-trims.ts';
import type { Conductor } from '../../../agent/src/conduct/conduct-trim.ts';
import type { Delivery } from '../../../agent/src/conduct/deliver-reports.ts';
import { createFolder } from '../../../agent/src/io/folder.ts';
import type { CommandCall, CommandResult, Commands } from '../../../agent/src/ports/commands.ts';
import type { TrimWish, WishAnswer } from '../../../agent/src/trim/trim-state.ts';
import { createTestClock, type TestClock } from '../../support/test-clock.ts';
import { createTestLog, inFolder } from '../report/in-folder.ts';
import { SAMPLE_INVENTORY } from '../support/sample-inventory.ts';

/** The agent's trims in a real folder, with time, the kernel and the link in the test's hand. */
export interface TrimsRoom {
  readonly path: string;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof createTestLog>;
  readonly conductor: Conductor;
  readonly delivery: Delivery;
  /** What the collector would have heard. */
  readonly said: readonly FromGuest[];
  readonly fstrim: FakeFstrim;
  /** Each sync ends when what this returned settles. */
  sync: () => Promise<void>;
  /** What the next inventories are; an error is thrown. */
  announced: Inventory | Error;
  /** Messages of this type cannot be put into a frame. */
  unsayable: FromGuest['type'] | null;
  begin(wish?: Partial<TrimWish>, onBegun?: () => void): Promise<WishAnswer>;
}

export interface FakeFstrim {
  /** The mounts of the runs that are not over, in order. */
  readonly running: readonly string[];
  /** How many runs there were. */
  readonly started: number;
  /** Ends the oldest one well. */
  end(trimmedBytes: number): void;
}

export function inTrimsRoom(use: (room: TrimsRoom) => Promise<void>): Promise<void> {
  return inFolder(async ({ path, folder }) => {
    const clock = createTestClock();
    const log = createTestLog();
    const said: FromGuest[] = [];
    const { commands, fstrim } = createFakeCommands(() => room.sync());
    const say = (message: FromGuest): void => {
      if (message.type === room.unsayable) throw new RangeError('over the limit');
      said.push(message);
    };
    const { conductor, delivery } = await composeTrims({
      settings: { minimumInterval: 10_000, grantPatience: 30_000 },
      edges: {
        clock,
        folder,
        outboxFolder: createFolder(join(path, 'outbox')),
        commands,
        readCounters: async (names) =>
          Object.fromEntries(names.map((name) => [name, { discardedBytes: 0, writtenBytes: 0 }])),
        readLimits: async () => [],
      },
      bootId: null,
      async announce() {
        if (room.announced instanceof Error) throw room.announced;
        return room.announced;
      },
      say,
      isVisit: false,
      onEnded() {},
      log,
    });
    const room: TrimsRoom = {
      path,
      clock,
      log,
      conductor,
      delivery,
      said,
      fstrim,
      sync: async () => {},
      announced: SAMPLE_INVENTORY,
      unsayable: null,
      begin: (wish = {}, onBegun = () => {}) =>
        conductor.begin({
          wish: { trigger: 'scheduled', requestId: null, mounts: ['/'], cures: null, ...wish },
          onBegun,
        }),
    };
    await use(room);
  });
}

/** Each fstrim runs until the test ends it, or its signal does. */
function createFakeCommands(sync: () => Promise<void>): { commands: Commands; fstrim: FakeFstrim } {
  let started = 0;
  const runs: { readonly mount: string; readonly end: (stdout: string) => void }[] = [];
  return {
    commands: {
      has: async () => true,
      run: (call) =>
        call.file === 'fstrim' ? runFstrim(call) : sync().then(() => exited({ exitCode: 0, stdout: '' })),
    },
    fstrim: {
      get running() {
        return runs.map(({ mount }) => mount);
      },
      get started() {
        return started;
      },
      end: (trimmedBytes) => runs[0]?.end(`${runs[0].mount}: ${trimmedBytes} bytes trimmed\n`),
    },
  };

  function runFstrim({ args, signal }: CommandCall): Promise<CommandResult> {
    const ended = Promise.withResolvers<CommandResult>();
    const run = {
      mount: args.at(-1) ?? '',
      end: (stdout: string) => ended.resolve(exited({ exitCode: 0, stdout })),
    };
    runs.push(run);
    started += 1;
    signal?.addEventListener('abort', () => ended.resolve(exited({ exitCode: null, stdout: '' })));
    return ended.promise.finally(() => runs.splice(runs.indexOf(run), 1));
  }
}

function exited({ exitCode, stdout }: { exitCode: number | null; stdout: string }): CommandResult {
  return { kind: 'ended', exitCode, stdout, stderr: '' };
}
