import { createCommands } from '../../../collector/src/io/commands.ts';
import type { GuestAgentChannel } from '../../../collector/src/model/guest-agent.ts';
import { createProxmoxWay } from '../../../collector/src/qga/proxmox/proxmox-way.ts';
import { describeGuestAgents, type GuestAgentsUnderTest, type GuestState } from '../../contract/guest-agent.ts';
import { createFakePrograms } from '../../support/qga/fake-programs.ts';
import { toSaid } from './agent-answers.ts';
import { agentsWith } from './no-ways.ts';

const COMMANDS = { info: 'guest-info', 'get-fsinfo': 'guest-get-fsinfo', fstrim: 'guest-fstrim' } as const;

/** What Proxmox VE says of a guest that does not answer (PVE/QemuServer/Agent.pm, PVE/QMPClient.pm). */
function toFailure(state: GuestState, guest: number, execute: string): string | null {
  switch (state) {
    case 'off':
      return `VM ${guest} is not running\n`;
    case 'absent':
      return 'No QEMU guest agent configured\n';
    case 'not-running':
      return 'QEMU guest agent is not running\n';
    case 'busy':
      return `unable to connect to VM ${guest} qga socket - timeout after 51 retries\n`;
    case 'silent':
      return `VM ${guest} qga command '${execute}' failed - got timeout\n`;
    case 'gone':
      return `VM ${guest} qga command '${execute}' failed - client closed connection\n`;
    default:
      return null;
  }
}

/** qm prints the answer itself, without `return`. */
function toPrinted(state: GuestState, execute: string): { out?: string; err?: string } {
  const said = toSaid(state, execute);
  try {
    const { return: value, error } = JSON.parse(said);
    if (error !== undefined) return { err: `Agent error: ${error.desc}\n` };
    return { out: `${JSON.stringify(value, null, 3)}\n` };
  } catch {
    return { out: said };
  }
}

async function open(): Promise<GuestAgentsUnderTest> {
  const programs = createFakePrograms();
  const { searchPath } = programs;
  const commands = createCommands({ searchPath });
  const agents = agentsWith({ proxmox: createProxmoxWay({ commands, trims: createCommands({ searchPath }) }) });
  let count = 99;

  function define(state: GuestState): Extract<GuestAgentChannel, { kind: 'proxmox' }> {
    count += 1;
    for (const [command, execute] of Object.entries(COMMANDS)) {
      const err = toFailure(state, count, execute);
      programs.answer(`guest cmd ${count} ${command}`, err === null ? toPrinted(state, execute) : { err });
    }
    return { kind: 'proxmox', guest: count };
  }

  return {
    agents,
    mayTaint: false,
    guest: async (state) => define(state),
    async longTrim() {
      const channel = define('well');
      const question = `guest cmd ${channel.guest} fstrim`;
      programs.hold(question);
      return { channel, isUnderWay: () => programs.isHeld(question), end: () => programs.release(question) };
    },
    async dyingInTrim() {
      const channel = define('well');
      const err = `VM ${channel.guest} qga command 'guest-fstrim' failed - client closed connection\n`;
      programs.answer(`guest cmd ${channel.guest} fstrim`, { err });
      return channel;
    },
    tells: { version: true, paths: true, disks: false },
    silent: { asked: 'guest-agent-late', trimmed: 'guest-agent-late' },
    never: [],
    remove: async () => programs.remove(),
  };
}

describeGuestAgents('Proxmox VE, by its sources', open);
