import type { TrimId } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { createProgress } from '../../../collector/src/cli/progress.ts';
import type { TrimEvent } from '../../../collector/src/model/trim-event.ts';

const PROGRESS: TrimEvent = {
  event: 'progress',
  trimId: 'x' as TrimId,
  mount: '/a/mount/point/with/a/long/name',
  index: 1,
  of: 2,
  elapsedMs: 1500,
  issuedBytes: null,
};

function createSink(isTerminal: boolean) {
  const written: string[] = [];
  return {
    written,
    sink: {
      write: (text: string) => void written.push(text),
      isTerminal,
      isJournal: false,
      gone: new AbortController().signal,
      columns: 30,
      rows: isTerminal ? 10 : null,
    },
  };
}

it('on a terminal one line is rewritten, never longer than the terminal, and gone at the end', () => {
  const { sink, written } = createSink(true);
  const progress = createProgress({ sink, isQuiet: false });
  progress.show({ event: 'started', trimId: 'x' as TrimId });
  progress.show(PROGRESS);
  progress.say('it stops');
  progress.show(PROGRESS);
  progress.end();
  progress.end();
  expect(written).toEqual([
    '\r\u001b[2Kstarted',
    '\r\u001b[2Ktrimming /a/mount/point/with…',
    '\r\u001b[2K',
    'it stops\n',
    '\r\u001b[2Ktrimming /a/mount/point/with…',
    '\r\u001b[2K',
  ]);
});

it('quiet says nothing but what it was told to say', () => {
  const { sink, written } = createSink(false);
  const progress = createProgress({ sink, isQuiet: true });
  progress.show(PROGRESS);
  progress.say('it stops');
  progress.end();
  expect(written).toEqual(['it stops\n']);
});
