import { describe, expect, it } from 'vitest';
import { openDoor } from './door-under-test.ts';

describe('the log', () => {
  it('tells of an address once a minute, with the setting', () => {
    const { clock, warnings, enter } = openDoor();
    for (let count = 0; count < 500; count += 1) enter('192.0.2.1');
    expect(warnings).toEqual([
      {
        address: '192.0.2.1',
        reason: 'too many connections from here have said no hello',
        setting: 'half-open-per-address',
      },
    ]);
    clock.advance(60_000);
    enter('192.0.2.1');
    expect(warnings).toHaveLength(2);
  });

  it('tells of a thousand addresses as of some hundred', () => {
    const { warnings, enter } = openDoor({ halfOpenPerAddress: 1 });
    for (let count = 0; count < 2_000; count += 1) enter(`10.0.${count % 250}.${Math.floor(count / 250)}`);
    for (let count = 0; count < 2_000; count += 1) enter(`10.1.${count % 250}.${Math.floor(count / 250)}`);
    expect(warnings.length).toBeGreaterThan(100);
    expect(warnings.length).toBeLessThan(300);
  });
});

describe('who was turned away', () => {
  it('is told of with how many, since when, from where, and what to do', () => {
    const { clock, enter, findings } = openDoor();
    expect(findings()).toEqual([]);
    for (let count = 0; count < 4; count += 1) enter('192.0.2.1');
    clock.advance(180_000);
    enter('192.0.2.1');
    clock.advance(5_000);
    expect(findings()).toEqual([
      {
        subject: 'agents',
        sentence:
          '2 connections were turned away in 3 min, the last 5 s ago, from 192.0.2.1. They were told: too many connections from here have said no hello.',
        hint: 'If these are your guests, give trimtab serve a higher --half-open-per-address. Else keep them from the agents’ port.',
      },
    ]);
  });

  it('is told of by reason, with some of the addresses, for ten minutes after the last', () => {
    const { clock, enter, findings, greetMany } = openDoor({ halfOpenPerAddress: 1, strangersPerAddress: 1 });
    for (let count = 0; count < 20; count += 1) enter(`192.0.2.${count % 5}`);
    greetMany({ from: ['a', 'a'], as: 'stranger' });
    expect(findings().map(({ sentence }) => /from (.*)\. They/.exec(sentence)?.[1])).toEqual([
      '192.0.2.0, 192.0.2.1, 192.0.2.2 and others',
      'a',
    ]);
    clock.advance(10 * 60_000);
    expect(findings()).toHaveLength(2);
    clock.advance(1);
    expect(findings()).toEqual([]);
  });
});
