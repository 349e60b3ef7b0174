import type { Socket } from 'node:net';
import type { DialoguePlan } from '#lib/mail/dialogue.ts';
import type { Seen, TranscriptLine } from '#lib/model/observation.ts';
import type { AddressScan, Exchange } from '#lib/model/scan-observation.ts';
import { followDialogue } from './follow-dialogue.ts';
import { MailTalk } from './mail-talk.ts';
import { reachStarttls } from './reach-tls.ts';
import type { OpenConnection } from './scan-connections.ts';
import { heardInsideTls, type HandshakeOffer } from './scan-handshake.ts';
import { handshake } from './tls-handshake.ts';

/* Commands that a scan tries: none of them logs in, sends mail, or changes anything. */

type Note = (from: TranscriptLine['from'], text: string) => void;

/** POP3 before login has no STAT (draft section 4.1): a number of messages in answer to it is somebody's mailbox. */
export async function askStat(talk: MailTalk): Promise<Exchange> {
  return talk.ask('STAT');
}

/** The CLIENT command of draft section 7.3: once as it is meant, once with a parameter that has no name. */
export async function askClient(
  talk: MailTalk,
  clientName: string,
): Promise<NonNullable<AddressScan['clientCommand']>> {
  await talk.ask(`EHLO ${clientName}`);
  const good = await talk.ask('CLIENT name=latchwatch version=1.0');
  return { good, bad: await talk.ask('CLIENT =latchwatch') };
}

/** MAIL FROM before TLS, taken back at once. */
export async function askMailBeforeTls(
  { socket, deadline }: OpenConnection,
  { plan, note }: { readonly plan: DialoguePlan; readonly note: Note },
): Promise<Seen<Exchange>> {
  const { channel, state } = await reachStarttls({ socket, plan, deadline, note });
  if (state.action.kind !== 'send') {
    channel.detach();
    return { ok: false, failure: state.failure ?? { stage: 'starttls', reason: 'closed' } };
  }
  const talk = new MailTalk(channel, { ...plan, deadline, note });
  const exchange = await talk.ask('MAIL FROM:<>');
  await talk.ask('RSET');
  await talk.goodbye();
  talk.end();
  return { ok: true, facts: exchange };
}

type Injection = NonNullable<AddressScan['injection']>;

const injectedTag = 'inject1';

/**
 * Sends NOOP in one segment with STARTTLS, as somebody on the path could (RFC 3207 section 4.2, CVE-2011-0411): a server
 * that answers it inside TLS takes an attacker's commands for the client's.
 */
export async function tryInjection(
  connection: OpenConnection,
  { offer, note }: { readonly offer: HandshakeOffer; readonly note: Note },
): Promise<Seen<Injection>> {
  const { plan } = offer;
  const { socket, deadline } = connection;
  const { channel, state } = await reachStarttls({ socket, plan, deadline, note });
  if (state.action.kind !== 'send' || state.stage !== 'starttls') {
    channel.detach();
    return { ok: false, failure: state.failure ?? { stage: 'starttls', reason: 'closed' } };
  }
  const { line } = state.action;
  note('client', line);
  note('client', injectedCommand(line));
  channel.writeLine(`${line}\r\n${injectedCommand(line)}`);
  const answered = await followDialogue({ ...state, action: { kind: 'read' } }, { plan, channel, deadline, note });
  const plain = channel.detach().toString('latin1');
  if (answered.action.kind !== 'upgrade') {
    // Refused or hung up on: nothing was obeyed.
    const reply = answered.failure?.said ?? null;
    return { ok: true, facts: { obeyed: answered.failure?.reason === 'timeout' ? 'unseen' : 'no', reply } };
  }
  if (plain !== '') note('server', plain);
  return { ok: true, facts: await lookInside(socket, { connection, offer, note }) };
}

function injectedCommand(starttls: string): string {
  // IMAP has a tag before each command.
  return starttls.includes(' ') ? `${injectedTag} NOOP` : 'NOOP';
}

async function lookInside(
  socket: Socket,
  {
    connection,
    offer,
    note,
  }: { readonly connection: OpenConnection; readonly offer: HandshakeOffer; readonly note: Note },
): Promise<Injection> {
  const { deadline } = connection;
  const { plan, serverName, trust, secureContext } = offer;
  const secured = await handshake({ socket, host: serverName, trust, secureContext, deadline });
  if (!secured.ok) return { obeyed: secured.failure.reason === 'timeout' ? 'unseen' : 'no', reply: null };
  const talk = new MailTalk(secured.socket, { ...plan, deadline, note });
  const awaited = heardInsideTls(plan);
  if (awaited !== null && (await talk.hear(awaited)) !== null) return { obeyed: 'unseen', reply: null };
  const lines = await talk.goodbye({ toTheEnd: true });
  talk.end();
  return readInjection(lines);
}

/** Whether among what came inside TLS, before or behind the answer to the goodbye, there is one to NOOP. */
function readInjection(lines: readonly string[]): Injection {
  const tagged = lines.find((line) => line.startsWith(`${injectedTag} `));
  if (tagged !== undefined) return { obeyed: 'yes', reply: tagged };
  const statuses = lines.filter((line) => /^(\d{3}( |$)|\+OK|-ERR|OK|NO|BYE|BAD)/.test(line));
  if (lines.length === 0) return { obeyed: 'unseen', reply: null };
  return statuses.length > 1 ? { obeyed: 'yes', reply: statuses[0] ?? null } : { obeyed: 'no', reply: null };
}
