import type { FieldCase } from './field-case.ts';

const BOUNDS = 'test/collector/store/bounds.test.ts';
const CONTRACT = 'test/contract/store.ts';
const LOST = 'test/contract/lost-trims-store.ts';
const FILES = 'test/collector/io/database-files.test.ts';

/** What a long history cost, and what was lost of it. */
export const STORED_HISTORY: readonly FieldCase[] = [
  {
    name: 'history-costs-everybody',
    right:
      'A list and a conclusion read summaries, whole results are read one at a time, and an answer has at most 1 MiB.',
    tests: [
      {
        file: 'test/collector/store/long-history.test.ts',
        title: 'a thousand large results cost a list, a conclusion and the next report next to nothing',
      },
      { file: CONTRACT, title: '[ST4] history is told in pages, each of which says where the next begins' },
      {
        file: 'test/collector/io/shared-commits.test.ts',
        title: 'many transactions of one turn are committed together',
      },
    ],
    seenToFail:
      'on c394470, with 200 such results: a list of them took 312 times as long as one of them whole, the 50 for a conclusion 117 times',
  },
  {
    name: 'unlimited-disk',
    right: 'What is stored stays below a stated size: strangers have an eighth of it and go first, then the oldest.',
    tests: [
      {
        file: BOUNDS,
        title:
          '[ST19] four strangers that send large reports take an eighth of the history, and nothing of a known guest',
      },
      {
        file: BOUNDS,
        title: '[ST19] what all take together stays below the bound, and the file with it: the oldest go first',
      },
      {
        file: BOUNDS,
        title: '[ST19] the newest trim of each disk of a known guest stays, however much comes after it',
      },
      {
        file: 'test/collector/store/cut-history.test.ts',
        title: 'is cut in pages: whoever asks meanwhile is answered, and a report is stored before all is gone',
      },
      {
        file: 'test/collector/store/cut-history.test.ts',
        title: 'gives its space back: the file ends below the size that is stated',
      },
      {
        file: LOST,
        title: '[ST18] a report that is concluded while its guest is being forgotten is refused, and leaves nothing',
      },
    ],
    seenToFail:
      'on c394470: 160 reports of 24 KiB by made-up guests took 10 MiB and were all kept, and a report concluded while its guest was forgotten left a row; what is cut in pages, on the store that cut in one transaction',
  },
  {
    name: 'acknowledged-trims-deleted-after-clock-jump',
    right: 'What is older than what, the order of storing decides: no clock has a trim deleted or sorts it wrongly.',
    tests: [
      {
        file: BOUNDS,
        title: 'that were stored last are kept, where the clock was years ahead and is back',
      },
      { file: BOUNDS, title: '[ST5] a clock that went back does not have the newest open trim forgotten' },
      { file: CONTRACT, title: '[ST4] history is in the order of storing, newest first, whatever any clock says' },
      { file: FILES, title: 'a log that is gone after a kill is told of in one sentence, and once' },
      { file: FILES, title: 'every file of state is its owner’s alone, also one that an older version made' },
    ],
    seenToFail:
      'on c394470: of five trims acknowledged after the clock went back the first four were gone; an emptied database was opened without a word, and its files had mode 0644',
  },
];
