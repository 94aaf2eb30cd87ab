import { describe, expect, it } from 'vitest';
import { createChannelKeeper } from '../../../collector/src/conduct/survey/keep-channels.ts';
import { parseDomain } from '../../../collector/src/host/libvirt/parse-domain.ts';
import { mergeDomains } from '../../../collector/src/host/merge-domains.ts';
import type { Domain } from '../../../collector/src/model/domain.ts';
import { parseCommandLine } from '../../../collector/src/qemu/command-line.ts';

const UUID = '11111111-0000-4000-8000-000000000001';
const URI = 'qemu:///system';
const LIBVIRTS = '/var/lib/libvirt/qemu/channel/target/domain-1-web-1/org.trimtab.agent.0';

const CHANNEL = ({ source, name = 'org.trimtab.agent.0' }: { source: string; name?: string }) =>
  `<channel type='unix'>${source}<target type='virtio' name='${name}' state='disconnected'/></channel>`;

function ofLibvirt(channels: string): Domain {
  const text = `<domain type='kvm' id='1'><name>web-1</name><uuid>${UUID}</uuid><devices>${channels}</devices></domain>`;
  return { ...parseDomain({ text, uri: URI }).domain, disks: [] };
}

const ofCommandLine = (...argv: readonly string[]) =>
  parseCommandLine({ argv: ['qemu-system-x86_64', ...argv], cwd: '/srv' }).agentChannel;

const PORT = ['-device', 'virtserialport,chardev=tt0,name=org.trimtab.agent.0'];

describe('the socket of our agent’s channel', () => {
  it('is the one that libvirt tells of a guest that runs', () => {
    const own = CHANNEL({ source: `<source mode='bind' path='${LIBVIRTS}'/>` });
    const others = CHANNEL({ source: "<source mode='bind' path='/run/x'/>", name: 'org.qemu.guest_agent.0' });
    expect(ofLibvirt(others + own).agentChannel).toBe(LIBVIRTS);
  });

  it.each([
    ['there is none', ''],
    ['libvirt has not chosen a path yet', CHANNEL({ source: '' })],
    ['somebody else listens there, and QEMU connects', CHANNEL({ source: "<source mode='connect' path='/run/x'/>" })],
    [
      'the port is of another agent',
      CHANNEL({ source: "<source mode='bind' path='/run/x'/>", name: 'com.redhat.spice.0' }),
    ],
  ])('is not told where %s', (_, channels) => {
    expect(ofLibvirt(channels)).not.toHaveProperty('agentChannel');
  });

  it('is read off the command line of a QEMU, from its folder', () => {
    const chardev = ['-chardev', 'socket,id=tt0,path=tt.sock,server=on,wait=off'];
    expect(ofCommandLine(...chardev, ...PORT)).toBe('/srv/tt.sock');
    expect(ofCommandLine(...chardev)).toBeNull();
    expect(ofCommandLine('-chardev', 'socket,id=tt0,fd=28,server=on', ...PORT)).toBeNull();
    expect(ofCommandLine('-chardev', 'socket,id=tt0,path=tt.sock', ...PORT)).toBeNull();
  });

  it('stays libvirt’s where its QEMU was seen as well', () => {
    const told = ofLibvirt(CHANNEL({ source: `<source mode='bind' path='${LIBVIRTS}'/>` }));
    const process: Domain = { ...told, key: 'qemu:7', source: 'qemu-process', pid: 7, seenBy: ['qemu-process'] };
    const { agentChannel: _, ...seen } = process;
    const { domains } = mergeDomains([
      { source: 'libvirt', domains: [told], findings: [] },
      { source: 'qemu-process', domains: [seen], findings: [] },
    ]);
    expect(domains.map(({ agentChannel }) => agentChannel)).toEqual([LIBVIRTS]);
  });
});

describe('the channels that are held', () => {
  function keeper() {
    const log: string[] = [];
    const channels = createChannelKeeper({
      hold({ domain, path }) {
        log.push(`hold ${domain} ${path}`);
        return { ring: () => log.push(`ring ${domain}`), close: () => log.push(`leave ${domain}`) };
      },
    });
    return { ...channels, told: () => log.splice(0) };
  }

  const guest = ({ key, at, isRunning = true }: { key: string; at?: string; isRunning?: boolean | null }) =>
    ({ key, isRunning, ...(at === undefined ? {} : { agentChannel: at }) }) as unknown as Domain;

  it('are those of the guests that run, each as long as it is the same', () => {
    const { keep, close, told } = keeper();
    keep([guest({ key: 'a', at: '/a' }), guest({ key: 'b', at: '/b', isRunning: false }), guest({ key: 'c' })]);
    expect(told()).toEqual(['hold a /a']);
    keep([guest({ key: 'a', at: '/a', isRunning: null }), guest({ key: 'b', at: '/b' })]);
    expect(told()).toEqual(['hold b /b']);
    keep([guest({ key: 'a', at: '/a2' }), guest({ key: 'b', at: '/b', isRunning: false })]);
    expect(told()).toEqual(['leave a', 'leave b', 'hold a /a2']);
    keep([guest({ key: 'a', at: '/a2' }), guest({ key: 'thief', at: '/a2' }), guest({ key: 'b', at: '/b' })]);
    expect(told()).toEqual(['leave a', 'hold b /b']);
    close();
    expect(told()).toEqual(['leave b']);
  });
});
