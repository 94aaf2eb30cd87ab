import type { ChannelLine } from '@trimtab/protocol/channel';

/** The stream that is open over one guest's channel; null while there is none. */
export type EndState = { readonly id: string } | null;

export type EndEvent =
  /** This collector has just come to the host's end of the port. */
  | { readonly kind: 'arrived' }
  | { readonly kind: 'line'; readonly line: ChannelLine }
  /** Whoever waits at the other end is to start a visit. */
  | { readonly kind: 'rung' }
  /** This end is done with the stream of this id. */
  | { readonly kind: 'done'; readonly id: string }
  /** QEMU has closed its socket: the guest is off, or another has taken the port. */
  | { readonly kind: 'gone' };

export type EndEffect =
  /** `isFirst`: behind a line feed, which ends whatever another collector had begun to write. */
  | { readonly kind: 'write'; readonly line: ChannelLine; readonly isFirst: boolean }
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended' };

export interface EndStep {
  readonly state: EndState;
  readonly effects: readonly EndEffect[];
}

const write = (line: ChannelLine): EndEffect => ({ kind: 'write', line, isFirst: false });

/** Pure: the host's end of the streams over one virtio-serial port. The twin of the agent's link/channel-stream.ts. */
export function stepEnd(state: EndState, event: EndEvent): EndStep {
  switch (event.kind) {
    case 'arrived':
      // A guest that had a stream with the collector before this one never learns by itself that it is gone.
      return { state, effects: [{ kind: 'write', line: { kind: 'reset' }, isFirst: true }] };
    case 'rung':
      // An agent that is there needs none.
      return { state, effects: state === null ? [{ kind: 'write', line: { kind: 'ring' }, isFirst: true }] : [] };
    case 'done':
      return state?.id === event.id
        ? { state: null, effects: [write({ kind: 'close', id: event.id })] }
        : { state, effects: [] };
    case 'gone':
      return ended(state);
    case 'line':
      return hear(state, event.line);
  }
}

function hear(state: EndState, line: ChannelLine): EndStep {
  switch (line.kind) {
    case 'open':
      // Said again after a `reset`: nothing was sent over it yet.
      return {
        state: { id: line.id },
        effects: [...ended(state).effects, { kind: 'open', id: line.id }, write({ kind: 'accept', id: line.id })],
      };
    case 'data':
      return { state, effects: state === null ? [] : [{ kind: 'data', bytes: line.bytes }] };
    case 'close':
      return state?.id === line.id ? ended(state) : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
}

function ended(state: EndState): EndStep {
  return { state: null, effects: state === null ? [] : [{ kind: 'ended' }] };
}
