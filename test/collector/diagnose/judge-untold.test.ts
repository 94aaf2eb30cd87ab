import { describe, expect, it } from 'vitest';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import { trimmed as evidence, type Given, IGNORE, MIB } from './examples.ts';

describe('a trim of which nobody tells what left the guest', () => {
  const untold: Given = {
    outcomes: [{ status: 'done', trimmedBytes: null }],
    hops: { trimmedBytes: null, issuedBytes: null, receivedBytes: null, passedBytes: null, reclaimedBytes: 0 },
  };

  it('proves by nothing having come back that nothing was there only where the image holds no more', () => {
    expect(judge(evidence(untold))).toMatchObject({
      verdict: 'inconclusive',
      sentence: expect.stringMatching(/does not tell what the filesystems gave up.*an agent in the guest/),
    });
    expect(judge(evidence({ ...untold, trim: { holdsMore: false } }))).toMatchObject({ verdict: 'nothing-to-reclaim' });
  });

  it('is judged by what the image fell by, and by what its nodes are known to do', () => {
    const fell = { ...untold.hops, reclaimedBytes: 600 * MIB };
    expect(judge(evidence({ ...untold, hops: fell }))).toMatchObject({ verdict: 'reclaimed' });
    expect(judge(evidence({ ...untold, nodes: IGNORE }))).toMatchObject({
      verdict: 'lost',
      lostAt: 'passed',
      cause: 'host-ignores-discard',
      sentence: expect.stringContaining('the guest trimmed, and QEMU dropped all of it'),
    });
  });

  it('is not lost in QEMU by a count of nothing, though the filesystems say that they trimmed', () => {
    const hops = { issuedBytes: null, receivedBytes: null, passedBytes: 0, reclaimedBytes: 0 };
    expect(judge(evidence({ hops }))).toMatchObject({
      verdict: 'inconclusive',
      lostAt: null,
      sentence: expect.stringContaining('nothing of it reached the image'),
    });
  });
});
