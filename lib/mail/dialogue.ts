import type { ServiceRow, TlsMode } from '../model/endpoint.ts';
import type { AddressSession, FailureReason, IdentityField, ProbeFailure, ProbeStage } from '../model/observation.ts';
import { imap } from './imap.ts';
import { pop3 } from './pop3.ts';
import { hasCapability, type AwaitedReply, type CommandContext, type MailProtocol, type Reply } from './protocol.ts';
import { sieve } from './sieve.ts';
import { smtp } from './smtp.ts';

/*
 * The dialogue of a probe as a stepper without I/O: greeting, capabilities, identity where the DEEP status
 * stands in it, STARTTLS, capabilities and identity again, goodbye.
 * The worker does what `action` says and hands in what came; every state is plain data, so a test is a transcript.
 * It never authenticates and never sends mail.
 */

/** What the worker has to do next. */
export type DialogueAction =
  | { readonly kind: 'read' }
  /** `line` is without its line end. */
  | { readonly kind: 'send'; readonly line: string }
  /** Begin the TLS handshake; bytes that came before it are not part of what comes after (RFC 3207 section 4.2). */
  | { readonly kind: 'upgrade' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: ProbeFailure };

export type DialogueFacts = Pick<
  AddressSession,
  | 'greeting'
  | 'capabilitiesBeforeTls'
  | 'capabilitiesAfterTls'
  | 'identityBeforeTls'
  | 'identityAfterTls'
  | 'starttls'
  | 'goodbyeAnswered'
>;

export interface DialoguePlan {
  readonly protocol: MailProtocol;
  /** With `implicit` the dialogue begins after the handshake. */
  readonly tlsMode: TlsMode;
  /** What SMTP's EHLO says. */
  readonly clientName: string;
}

export interface DialogueState {
  /** Where a failure would be put down. `goodbye` and `ended` come after all that a probe wants to know. */
  readonly stage:
    Extract<ProbeStage, 'greeting' | 'capability' | 'identity' | 'starttls' | 'handshake'> | 'goodbye' | 'ended';
  readonly action: DialogueAction;
  readonly facts: DialogueFacts;
  readonly secured: boolean;
  /** Number of commands sent: the tag of IMAP. */
  readonly commands: number;
  readonly linesRead: number;
  /** Lines of the reply that is being read. */
  readonly reply: readonly string[];
  /** What went wrong before the goodbye. */
  readonly failure: ProbeFailure | null;
}

/** Lines that a server may send in one dialogue. A server with many capabilities sends about 40. */
export const maxDialogueLines = 200;
const maxSaidLength = 512;
const maxGreetingLength = 1024;

const protocols: Readonly<Record<ServiceRow['dialogue'], MailProtocol>> = { imap, pop3, sieve, smtp };

/** The protocol that the services table names. */
export function protocolOf(dialogue: ServiceRow['dialogue']): MailProtocol {
  return protocols[dialogue];
}

/** A failure with its words cut to what an observation may hold. */
export function probeFailure(stage: ProbeStage, reason: FailureReason, said?: string): ProbeFailure {
  return said === undefined || said === '' ? { stage, reason } : { stage, reason, said: said.slice(0, maxSaidLength) };
}

/** What is known before the first byte: nothing. */
export function initialFacts(tlsMode: TlsMode): DialogueFacts {
  return {
    greeting: null,
    capabilitiesBeforeTls: null,
    capabilitiesAfterTls: null,
    starttls: tlsMode === 'implicit' ? 'not-applicable' : 'not-reached',
    goodbyeAnswered: null,
  };
}

/** The state before the first byte: waiting for the greeting. */
export function startDialogue(plan: DialoguePlan): DialogueState {
  return {
    stage: 'greeting',
    action: { kind: 'read' },
    facts: initialFacts(plan.tlsMode),
    secured: plan.tlsMode === 'implicit',
    commands: 0,
    linesRead: 0,
    reply: [],
    failure: null,
  };
}

/** Takes one line of the server (latin1, without line end). Never throws; ends after `maxDialogueLines` at the latest. */
export function takeLine(plan: DialoguePlan, state: DialogueState, line: string): DialogueState {
  const awaited = awaitedAt(state.stage);
  if (awaited === null) return state;
  if (state.linesRead >= maxDialogueLines) {
    return stopDialogue(state, { reason: 'limit', said: `more than ${maxDialogueLines} lines` });
  }
  const reply = [...state.reply, line];
  const reading = { ...state, reply, linesRead: state.linesRead + 1, action: { kind: 'read' } } as const;
  const answer = plan.protocol.readReply(awaited, reply, contextOf(plan, state));
  switch (answer.kind) {
    case 'partial':
      return reading;
    case 'accepted':
      return takeAccepted(plan, { ...reading, reply: [] }, answer);
    case 'refused':
      return takeRefused(plan, { ...reading, reply: [] }, answer);
    case 'foreign':
      return stopDialogue(reading, { reason: 'protocol', said: answer.said });
  }
}

/** Tells that the handshake which `upgrade` asked for succeeded: what was said before it counts no longer (RFC 3207 section 4.2). */
export function takeHandshake(plan: DialoguePlan, state: DialogueState): DialogueState {
  if (state.stage !== 'handshake') return state;
  const secured: DialogueState = { ...state, secured: true };
  switch (plan.protocol.capabilitiesAfterUpgrade) {
    case 'asked':
      return ask(plan, secured, 'capability');
    case 'sent':
      return { ...secured, stage: 'capability', reply: [], action: { kind: 'read' } };
  }
}

/**
 * Puts down that plaintext came behind the accepted STARTTLS and was dropped: a mail client that keeps it would
 * take an attacker's words for the server's. The dialogue goes on, so that the certificate is still seen.
 */
export function noteInjection(state: DialogueState, text: string): DialogueState {
  const said = `${text.length} bytes in plaintext between the answer to STARTTLS and the handshake: ${text}`;
  return { ...state, failure: probeFailure('starttls', 'protocol', said) };
}

/** Ends the dialogue where it stands because the connection, the time or a limit did. */
export function stopDialogue(
  state: DialogueState,
  { reason, said }: { readonly reason: FailureReason; readonly said?: string },
): DialogueState {
  switch (state.stage) {
    case 'ended':
      return state;
    case 'goodbye':
      // Some servers close right behind their BYE.
      return end({ ...state, facts: { ...state.facts, goodbyeAnswered: state.reply.length > 0 } });
    case 'greeting':
    case 'capability':
    case 'identity':
    case 'starttls':
    case 'handshake':
      return end({ ...state, failure: probeFailure(state.stage, reason, said) });
  }
}

function takeAccepted(
  plan: DialoguePlan,
  state: DialogueState,
  answer: Extract<Reply, { kind: 'accepted' }>,
): DialogueState {
  switch (state.stage) {
    case 'greeting': {
      const greeted = { ...state, facts: { ...state.facts, greeting: answer.text.slice(0, maxGreetingLength) } };
      const listed = answer.capabilities;
      // The short list in a greeting is good enough, unless it lacks what we came for.
      if (listed === null) return ask(plan, greeted, 'capability');
      if (!state.secured && !hasCapability(listed, plan.protocol.upgradeCapability)) {
        return ask(plan, greeted, 'capability');
      }
      return takeCapabilities(plan, greeted, listed);
    }
    case 'capability':
      return takeCapabilities(plan, state, answer.capabilities);
    case 'identity':
      return takeIdentity(plan, state, answer.identity ?? null);
    case 'starttls':
      return {
        ...state,
        stage: 'handshake',
        action: { kind: 'upgrade' },
        facts: { ...state.facts, starttls: 'accepted' },
      };
    case 'goodbye':
      return end({ ...state, facts: { ...state.facts, goodbyeAnswered: true } });
    case 'handshake':
    case 'ended':
      return state;
  }
}

function takeCapabilities(
  plan: DialoguePlan,
  state: DialogueState,
  capabilities: readonly string[] | null,
): DialogueState {
  const { facts, secured } = state;
  const told = secured
    ? { ...facts, capabilitiesAfterTls: capabilities }
    : { ...facts, capabilitiesBeforeTls: capabilities };
  const { identityCapability } = plan.protocol;
  const hasIdentity = identityCapability !== null && hasCapability(capabilities ?? [], identityCapability);
  return hasIdentity ? ask(plan, { ...state, facts: told }, 'identity') : goOn(plan, { ...state, facts: told });
}

function takeIdentity(
  plan: DialoguePlan,
  state: DialogueState,
  identity: readonly IdentityField[] | null,
): DialogueState {
  const { facts, secured } = state;
  const told = secured ? { ...facts, identityAfterTls: identity } : { ...facts, identityBeforeTls: identity };
  return goOn(plan, { ...state, facts: told });
}

/** From what a server says of itself to TLS, or to the end. */
function goOn(plan: DialoguePlan, state: DialogueState): DialogueState {
  const { facts, secured } = state;
  if (secured) return ask(plan, state, 'goodbye');
  if (hasCapability(facts.capabilitiesBeforeTls ?? [], plan.protocol.upgradeCapability)) {
    return ask(plan, state, 'starttls');
  }
  const failure = probeFailure('starttls', 'not-advertised');
  return ask(plan, { ...state, facts: { ...facts, starttls: 'not-advertised' }, failure }, 'goodbye');
}

function takeRefused(
  plan: DialoguePlan,
  state: DialogueState,
  { reason, said }: Extract<Reply, { kind: 'refused' }>,
): DialogueState {
  switch (state.stage) {
    case 'greeting':
      return stopDialogue(state, { reason, said });
    case 'capability':
      return ask(plan, { ...state, failure: probeFailure('capability', reason, said) }, 'goodbye');
    case 'identity':
      // A server that refuses ID gives no status; all else can still be seen.
      return reason === 'rejected'
        ? takeIdentity(plan, state, null)
        : ask(plan, { ...state, failure: probeFailure('identity', reason, said) }, 'goodbye');
    case 'starttls': {
      const facts: DialogueFacts = { ...state.facts, starttls: 'refused' };
      return ask(plan, { ...state, facts, failure: probeFailure('starttls', reason, said) }, 'goodbye');
    }
    case 'goodbye':
      return end({ ...state, facts: { ...state.facts, goodbyeAnswered: true } });
    case 'handshake':
    case 'ended':
      return state;
  }
}

function ask(plan: DialoguePlan, state: DialogueState, stage: Exclude<AwaitedReply, 'greeting'>): DialogueState {
  const asked = { ...state, stage, commands: state.commands + 1, reply: [] };
  return { ...asked, action: { kind: 'send', line: plan.protocol.command(stage, contextOf(plan, asked)) } };
}

function end(state: DialogueState): DialogueState {
  const { failure } = state;
  return { ...state, stage: 'ended', action: failure === null ? { kind: 'done' } : { kind: 'failed', failure } };
}

function awaitedAt(stage: DialogueState['stage']): AwaitedReply | null {
  return stage === 'handshake' || stage === 'ended' ? null : stage;
}

function contextOf(plan: DialoguePlan, state: DialogueState): CommandContext {
  return { tag: `a${state.commands}`, clientName: plan.clientName };
}
