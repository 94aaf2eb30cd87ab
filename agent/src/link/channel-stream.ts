import type { ChannelLine } from '@trimtab/protocol/channel';

/** One stream at a time over the port; `id` is its own. */
export type StreamState =
  | { readonly kind: 'none' }
  /** The host has not answered; it may not be there. */
  | { readonly kind: 'opening'; readonly id: string }
  | { readonly kind: 'open'; readonly id: string };

export type StreamEvent =
  /** `isDeserted`: nobody holds the host's end; whoever comes there says `reset`. */
  | { readonly kind: 'connect'; readonly id: string; readonly isDeserted: boolean }
  | { readonly kind: 'line'; readonly line: ChannelLine }
  /** Nobody holds the host's end of the port. */
  | { readonly kind: 'deserted' }
  /** This end is done with it. */
  | { readonly kind: 'leave' };

export type StreamEffect =
  /** `isFirst`: behind a line feed, which ends whatever a process before this one had begun to write. */
  | { readonly kind: 'write'; readonly line: ChannelLine; readonly isFirst: boolean }
  | { readonly kind: 'opened' }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly reason: string };

export interface StreamStep {
  readonly state: StreamState;
  readonly effects: readonly StreamEffect[];
}

const NONE: StreamState = { kind: 'none' };

/** Pure: the guest's end of a stream over a virtio-serial port. */
export function stepStream(state: StreamState, event: StreamEvent): StreamStep {
  switch (event.kind) {
    case 'connect':
      // A write to a port that nobody reads would wait for whoever comes, with what it says of a stream that is over then.
      return event.isDeserted ? { state: { kind: 'opening', id: event.id }, effects: [] } : opening(event.id);
    case 'leave':
      return state.kind === 'none'
        ? { state, effects: [] }
        : { state: NONE, effects: [write({ kind: 'close', id: state.id })] };
    case 'deserted':
      return state.kind === 'open' ? end('nobody holds the other end of the port') : { state, effects: [] };
    case 'line':
      return hear(state, event.line);
  }
}

function hear(state: StreamState, line: ChannelLine): StreamStep {
  switch (line.kind) {
    case 'accept':
      return state.kind === 'opening' && line.id === state.id
        ? { state: { kind: 'open', id: state.id }, effects: [{ kind: 'opened' }] }
        : { state, effects: [] };
    case 'reset':
      if (state.kind === 'open') return end('the collector began anew');
      // It came after what was written for the one before it, which may have been lost with that.
      return state.kind === 'opening' ? opening(state.id) : { state, effects: [] };
    case 'data':
      // What comes before the `accept` was written for an earlier stream.
      return { state, effects: state.kind === 'open' ? [{ kind: 'data', bytes: line.bytes }] : [] };
    case 'close':
      return state.kind !== 'none' && line.id === state.id ? end('the collector closed it') : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
}

function opening(id: string): StreamStep {
  return { state: { kind: 'opening', id }, effects: [{ kind: 'write', line: { kind: 'open', id }, isFirst: true }] };
}

const write = (line: ChannelLine): StreamEffect => ({ kind: 'write', line, isFirst: false });
const end = (reason: string): StreamStep => ({ state: NONE, effects: [{ kind: 'ended', reason }] });
