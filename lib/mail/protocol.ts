import type { IdentityField } from '../model/observation.ts';

/** Replies that a dialogue waits for, in the order in which they come. */
export type AwaitedReply = 'greeting' | 'capability' | 'identity' | 'starttls' | 'goodbye';

/** What the lines received so far mean as an answer to what was asked. */
export type Reply =
  /** More lines belong to this reply. */
  | { readonly kind: 'partial' }
  /**
   * `capabilities` is null where the reply said nothing about them. Each entry is kept as it came on the wire.
   * `identity`: the fields of an answer to ID.
   */
  | {
      readonly kind: 'accepted';
      readonly text: string;
      readonly capabilities: readonly string[] | null;
      readonly identity?: readonly IdentityField[] | null;
    }
  /** `temporary`: the server asked to come back later. */
  | { readonly kind: 'refused'; readonly reason: 'temporary' | 'rejected'; readonly said: string }
  /** What came is not this protocol. */
  | { readonly kind: 'foreign'; readonly said: string };

export interface CommandContext {
  /** IMAP tag of this command (RFC 9051 section 2.2.1); the other protocols have none. */
  readonly tag: string;
  /** Name that SMTP greets with (RFC 5321 section 4.1.1.1). */
  readonly clientName: string;
}

/** What differs between the mail protocols. Pure: the order of the dialogue is in dialogue.ts, the socket in the worker. */
export interface MailProtocol {
  /** The capability that announces the upgrade to TLS. */
  readonly upgradeCapability: 'STARTTLS' | 'STLS';
  /** The capability with which a server is asked who it is; null: the protocol has no such command. */
  readonly identityCapability: 'DEEP' | null;
  /** Whether a client asks again for the capabilities after the handshake, or the server sends them by itself. */
  readonly capabilitiesAfterUpgrade: 'asked' | 'sent';
  /** The command that asks for a reply, without its line end. */
  readonly command: (awaited: Exclude<AwaitedReply, 'greeting'>, context: CommandContext) => string;
  /**
   * Reads the lines (latin1, without line ends) that came since the command. Never throws: `foreign` is the answer
   * to bytes that are not this protocol.
   */
  readonly readReply: (awaited: AwaitedReply, lines: readonly string[], context: CommandContext) => Reply;
}

const passingTrouble = /\b(too many|try (again|later)|later|unavailable|busy|maximum|limit|overload|shutting down)\b/i;

/** Whether the words of a refusal without a code say that it will pass. Only IMAP BYE and POP3 -ERR need to guess. */
export function soundsTemporary(text: string): boolean {
  return passingTrouble.test(text);
}

/** Whether a capability list has an entry whose first word is `keyword`, in any letter case. */
export function hasCapability(capabilities: readonly string[], keyword: string): boolean {
  return capabilities.some((capability) => capability.split(' ', 1)[0]?.toUpperCase() === keyword);
}
