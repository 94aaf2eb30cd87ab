import { describe, expect, it } from 'vitest';
import { MOST_WAITING, thin } from '../../../collector/src/alert/backlog.ts';
import { delayAfter, LONGEST_DELAY_MS } from '../../../collector/src/alert/backoff.ts';
import type { NoticeEvent } from '../../../collector/src/model/alert.ts';
import { noticeOf } from './notice-examples.ts';

/** `start a` and so on: the event and the id of the alert. */
function waitingOf(words: readonly string[]) {
  return words.map((word, n) => {
    const [event, id = ''] = word.split(' ');
    return { word, notice: noticeOf({ n, event: event as NoticeEvent, alert: { id } }), postedAt: n };
  });
}

function told(...words: readonly string[]) {
  const { kept, needless, dropped } = thin(waitingOf(words));
  return [kept, needless, dropped].map((some) => some.map(({ word }) => word));
}

describe('thin', () => {
  it('an end stands for all that was not told of its alert, and for nothing of others', () => {
    expect(told('start a', 'start b', 'reminder a', 'end a', 'end c')).toEqual([
      ['start b', 'end a', 'end c'],
      ['start a', 'reminder a'],
      [],
    ]);
  });

  it('a reminder stands for those before it, and not for the start', () => {
    expect(told('start a', 'reminder a', 'reminder b', 'reminder a')).toEqual([
      ['start a', 'reminder b', 'reminder a'],
      ['reminder a'],
      [],
    ]);
  });

  it('beyond the bound the oldest reminders go first, and then the oldest', () => {
    const starts = Array.from({ length: MOST_WAITING }, (_, n) => `start s${n}`);
    expect(thin(waitingOf(['start first', 'reminder r', ...starts])).dropped.map(({ word }) => word)).toEqual([
      'reminder r',
      'start first',
    ]);
    expect(thin(waitingOf(starts)).dropped).toEqual([]);
  });
});

describe('delayAfter', () => {
  it('is longer each time, up to ten minutes, and between half of that and all of it', () => {
    const delays = [1, 2, 3, 10, 11, 1_000].map((failures) => delayAfter({ failures, random: 1 }));
    expect(delays).toEqual([1_000, 2_000, 4_000, 512_000, LONGEST_DELAY_MS, LONGEST_DELAY_MS]);
    expect(delayAfter({ failures: 3, random: 0 })).toBe(2_000);
  });
});
