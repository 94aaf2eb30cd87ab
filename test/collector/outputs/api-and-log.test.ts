import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../../collector/src/api/create-api.ts';
import type { Face } from '../../../collector/src/api/route.ts';
import { ROUTES, type RouteName } from '../../../collector/src/api/routes.ts';
import { toHttp } from '../../../collector/src/api/to-http.ts';
import { logFormatOf } from '../../../collector/src/compose/logger.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import type { Desk } from '../../../collector/src/ports/desk/desk.ts';
import { expectPlain, expectPlainJson, HOSTILE_TEXT } from '../../support/hostile-text.ts';
import { bearing, createNetworkDoor, TOKENS } from '../api/network-door.ts';
import { createRecordedLog } from '../api/served-desk.ts';
import {
  createFailingDesk,
  createHostileDesk,
  DESKS,
  HOSTILE_FAULT,
  hostileAnswer,
  ROUTE_NAMES,
} from './hostile-desk.ts';

// Every route of the API, and every form of the log.

const ID = '0b6c2f6e-9a3c-4f55-8f0e-3a1c2b4d5e6f';
const INPUT = {
  id: ID,
  guest: 'web',
  guests: ['web'],
  disk: 'sda',
  mounts: ['/'],
  dryRun: false,
  evenIfTainted: false,
  limit: 5,
  after: 0,
  pattern: 'web-*',
  forMs: 60_000,
  silence: 'web-*',
  held: '3f2a91c0',
  name: 'web-2',
  scope: 'read',
};

describe.each<{ face: Face }>([{ face: 'socket' }, { face: 'network' }])('over the $face', ({ face }) => {
  const names = ROUTE_NAMES.filter((name) => face === 'socket' || ROUTES[name].face === 'network');

  it.each(names)(
    'the answer of %s is the same document, and holds nothing that a terminal would carry out',
    async (name) => {
      for (let nth = 0; nth < DESKS; nth += 1) {
        const text = await ask({ name, face, desk: createHostileDesk(nth) });
        if (ROUTES[name].isStream) for (const line of text.trim().split('\n')) expectPlainJson(line, JSON.parse(line));
        else expectPlainJson(text, name === 'cancel' ? {} : hostileAnswer(name, nth));
      }
    },
  );

  it.each(names)('the error of %s is so too, whoever’s words it tells', async (name) => {
    expectPlainJson(await ask({ name, face, desk: createFailingDesk() }), { error: HOSTILE_FAULT.detail });
  });

  it.each(names)('what %s is asked for comes back as text alone', async (name) => {
    expectPlainJson(
      await ask({
        name,
        face,
        desk: createHostileDesk(0),
        input: {
          ...INPUT,
          guest: HOSTILE_TEXT,
          id: HOSTILE_TEXT.toWellFormed(),
          mounts: [HOSTILE_TEXT],
          limit: HOSTILE_TEXT,
        },
      }),
    );
  });
});

async function ask({ name, face, desk, input = INPUT }: { name: RouteName; face: Face; desk: Desk; input?: object }) {
  const api = createApi({
    desk,
    clock,
    log: createRecordedLog().log,
    door: face === 'socket' ? { face } : createNetworkDoor(),
  });
  const { method, path, body } = toHttp(ROUTES[name], { ...input });
  const headers = { host: 'localhost', 'content-type': 'application/json', ...bearing(TOKENS.admin) };
  const answer = await api.request(path, { method, headers, ...(body === null ? {} : { body }) });
  return answer.text();
}

describe('the log', () => {
  const FIELDS = {
    guest: HOSTILE_TEXT,
    peer: HOSTILE_TEXT,
    mounts: [HOSTILE_TEXT],
    [HOSTILE_TEXT]: { path: HOSTILE_TEXT },
  };

  it.each([
    { reader: 'a terminal', isTerminal: true, isJournal: false },
    { reader: 'journald', isTerminal: false, isJournal: true },
  ])('for $reader has one line for each event', ({ isTerminal, isJournal }) => {
    for (const line of linesOf({ isTerminal, isJournal })) {
      expectPlain(line);
      expect(line.match(/\n/g)).toHaveLength(1);
    }
  });

  it('for another program is a JSON document a line', () => {
    for (const line of linesOf({ isTerminal: false, isJournal: false })) {
      expectPlainJson(line);
      expect(line.match(/\n/g)).toHaveLength(1);
      expect(JSON.parse(line)).toMatchObject({ guest: HOSTILE_TEXT });
    }
  });

  function linesOf(reader: { isTerminal: boolean; isJournal: boolean }): readonly string[] {
    const format = logFormatOf({ ...reader, timeZone: 'UTC' });
    const lines: string[] = [];
    const logger = pino({ base: null }, { write: (line: string) => void lines.push(format(line)) });
    logger.info(FIELDS, 'guest connected');
    logger.warn({ ...FIELDS, reason: HOSTILE_TEXT }, HOSTILE_TEXT);
    logger.error({ ...FIELDS, err: HOSTILE_FAULT }, 'the API could not answer');
    logger.error({ ...FIELDS, err: new Error(HOSTILE_TEXT) }, 'the API could not answer');
    expect(lines).toHaveLength(4);
    return lines;
  }
});
