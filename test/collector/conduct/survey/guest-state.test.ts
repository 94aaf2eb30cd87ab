import { expect, it } from 'vitest';
import { toGuestState } from '../../../../collector/src/conduct/survey/guest-state.ts';
import type { HostView } from '../../../../collector/src/model/domain.ts';

const PROCESSES = { source: 'qemu-process', used: true, sentence: '0 guests', answeredAt: 1 } as const;

/** Of a guest that was proven to be one of this host, and of which no source tells now. */
function stateOf(
  ignoredUsers: readonly string[],
  agentVersion: string | null = '0.2.0',
  others: HostView['sources'] = [],
) {
  const host: Pick<HostView, 'sources' | 'offSince' | 'ignoredUsers'> = {
    sources: [PROCESSES, ...others],
    offSince: new Map(),
    ignoredUsers,
  };
  const identities = [{ kind: 'domain', value: '11111111-2222-4333-8444-555555555555' }] as const;
  const record = { identities, agentVersion, visits: null };
  return toGuestState({ record, lastHeardAt: null, qemuGa: null, domain: null, host });
}

it('a guest of which no process is there is off, but not where its process may be one that is ignored', () => {
  expect(stateOf([])).toBe('off');
  expect(stateOf(['nobody'])).toBe('away');
});

it('one in which only qemu-ga ever was is off too, and else has no agent', () => {
  expect(stateOf([], null)).toBe('off');
  expect(stateOf(['nobody'], null)).toBe('no-agent');
});

it('where libvirt answers too, a guest may have gone to another host with its agent; qemu-ga is asked here only', () => {
  const libvirt = { ...PROCESSES, source: 'libvirt' } as const;
  expect(stateOf([], '0.2.0', [libvirt])).toBe('away');
  expect(stateOf([], null, [libvirt])).toBe('off');
});
