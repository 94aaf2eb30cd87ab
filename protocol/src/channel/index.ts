export { createLineReader } from './line-reader.ts';
export { type ChannelLine, formatLine, LINE_LIMIT_BYTES, MOST_DATA_BYTES, STREAM_ID } from './lines.ts';

/** The virtio-serial port of the agent (`/sys/class/virtio-ports/NAME/name`). */
export const AGENT_PORT = 'org.trimtab.agent.0';
