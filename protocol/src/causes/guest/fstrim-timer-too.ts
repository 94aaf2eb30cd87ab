import type { GuestCause } from './guest-cause.ts';

/** util-linux's sys-utils/fstrim.timer: once a week. */
export const fstrimTimerToo: GuestCause = {
  id: 'fstrim-timer-too',
  hop: 'trimmed',
  effect: 'note',
  title: 'The distribution’s own fstrim.timer trims this guest as well.',
  why: 'Nobody measures what fstrim.timer achieves, and many guests run it in the same hour. After it, ext4 believes that it has trimmed already, and the next trim finds nothing to send, even where the discards of the first were lost on the way.',
  signal: '`/etc/systemd/system/timers.target.wants/fstrim.timer` exists.',
  cure: 'Disable it, once the agent has a schedule of its own.',
  find: ({ fstrimTimer, filesystems }) => {
    if (fstrimTimer !== 'enabled' || !filesystems.some(({ obstacle }) => obstacle === null)) return [];
    return [
      {
        mount: null,
        disks: [],
        sentence: 'fstrim.timer trims this guest as well, once a week, and nobody measures what becomes of it.',
        evidence: [{ fact: 'fstrim.timer', value: 'enabled' }],
        fix: {
          on: 'guest',
          commands: ['systemctl disable --now fstrim.timer'],
          note: 'Only once the agent has a schedule (schedule in /etc/trimtab/agent.toml), or the host asks for this guest’s trims.',
          needsPowerCycle: false,
        },
      },
    ];
  },
};
