import { createChannelKeeper } from '../conduct/survey/keep-channels.ts';
import type { AgentServer } from '../io/agent-server.ts';
import { createOpenChannelPort } from '../io/channel-port.ts';
import { holdChannel } from '../link/channel-host.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** The channels of the guests of this host, each held as long as its guest runs here. */
export function composeChannels({
  clock,
  files,
  agents,
}: {
  clock: Pick<Clock, 'after'>;
  files: Pick<HostFiles, 'status'>;
  /** Who speaks with the agents that come over them. */
  agents: Pick<AgentServer, 'listenToChannel'>;
}) {
  const openPort = createOpenChannelPort({ files });
  return createChannelKeeper({
    hold: ({ domain, path }) =>
      holdChannel({
        path,
        openPort,
        clock,
        onStream: (stream) => agents.listenToChannel({ stream, domain }),
      }),
  });
}
