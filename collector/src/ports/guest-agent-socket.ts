/** What is ever asked of a guest over its own socket: three questions, and one thing to do. */
export interface GuestAgentCommand {
  readonly execute: 'guest-info' | 'guest-get-fsinfo' | 'guest-get-disks' | 'guest-fstrim';
  readonly timeoutMs: number;
}

export type GuestAgentReply =
  /** As the guest said it, and nothing of it checked but that it does not nest without end. */
  | { readonly kind: 'returned'; readonly value: unknown }
  /** It did nothing, in its own words. */
  | { readonly kind: 'refused'; readonly words: string };

export type GuestAgentTalk =
  | { readonly kind: 'answered'; readonly replies: readonly GuestAgentReply[] }
  | { readonly kind: 'failed'; readonly failure: SocketFailure; readonly cause: string };

/**
 * `gone`: nothing listens there. `busy`: somebody else is connected, and QEMU takes one at a time. `silent`: QEMU took
 * the connection, and no answer came in time, not even to the first word. `late`: it has begun to answer, and then took
 * too long. `ended`: QEMU hung
 * up, or the qemu-ga that was asked is no more. `garbled`: what it says is none of this protocol.
 */
export type SocketFailure = 'gone' | 'denied' | 'busy' | 'silent' | 'late' | 'ended' | 'garbled';

/**
 * The socket of a QEMU behind which a guest's qemu-ga is (qga/qapi-schema.json). One connection for one list of
 * commands, hung up on after it, so that the channel is never held. Whatever else is in it, such as the late answer to
 * somebody's earlier question, is passed over: `guest-sync-delimited` with a random number begins each talk.
 */
export interface GuestAgentSocket {
  /**
   * Never throws. The replies are in the order of the commands. QEMU does not hang up where qemu-ga dies: one that was
   * started anew and knows nothing of the command shows by itself, one that was not ends the talk by the signal.
   */
  talk(path: string, commands: readonly GuestAgentCommand[], signal?: AbortSignal): Promise<GuestAgentTalk>;
}
