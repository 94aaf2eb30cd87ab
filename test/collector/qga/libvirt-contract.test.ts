import { clock } from '../../../collector/src/io/clock.ts';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createVirsh } from '../../../collector/src/io/virsh.ts';
import type { GuestAgentChannel } from '../../../collector/src/model/guest-agent.ts';
import { createLibvirtWay } from '../../../collector/src/qga/libvirt/libvirt-way.ts';
import { describeGuestAgents, type GuestAgentsUnderTest, type GuestState } from '../../contract/guest-agent.ts';
import { createFakePrograms } from '../../support/qga/fake-programs.ts';
import { putDomain, toTellingTrim } from './libvirt-guests.ts';
import { agentsWith } from './no-ways.ts';

async function open(mayTaint: boolean): Promise<GuestAgentsUnderTest> {
  const programs = createFakePrograms();
  const { searchPath } = programs;
  const virsh = createVirsh({ searchPath, access: 'full' });
  const agents = agentsWith({ libvirt: createLibvirtWay({ virsh, commands: createCommands({ searchPath }), clock }) });
  const toQuestion = mayTaint ? toTellingTrim : (uuid: string) => `domfstrim ${uuid}`;
  let count = 0;

  function define(state: GuestState): Extract<GuestAgentChannel, { kind: 'libvirt' }> {
    count += 1;
    const uuid = `c0ffee00-0000-4000-8000-${String(count).padStart(12, '0')}`;
    putDomain(programs, { uuid, state });
    return { kind: 'libvirt', uri: 'qemu:///system', domain: uuid };
  }

  return {
    agents,
    mayTaint,
    guest: async (state) => (state === 'nested' ? null : define(state)),
    async longTrim() {
      const channel = define('well');
      const question = toQuestion(channel.domain);
      programs.hold(question);
      return { channel, isUnderWay: () => programs.isHeld(question), end: () => programs.release(question) };
    },
    async dyingInTrim() {
      const channel = define('well');
      const why = 'error: Guest agent is not responding: Guest agent disappeared while executing command\n';
      const err = mayTaint ? why : `error: Unable to invoke fstrim\n${why}`;
      programs.answer(toQuestion(channel.domain), { err });
      return channel;
    },
    tells: { version: false, paths: mayTaint, disks: true },
    silent: { asked: 'guest-agent-silent', trimmed: 'guest-agent-late' },
    never: ['nested'],
    remove: async () => programs.remove(),
  };
}

describeGuestAgents('libvirt', () => open(false));
describeGuestAgents('libvirt, where the domain may be tainted', () => open(true));
