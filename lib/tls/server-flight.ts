import { alertName } from './alerts.ts';
import { helloVersions, type HelloVersion } from './client-hello.ts';

/*
 * What a server answers to a hand-built ClientHello, up to its ServerHelloDone: a stepper over the bytes as they come,
 * without I/O. SSL 3.0 to TLS 1.2 (RFC 5246 sections 6.2 and 7.4), where nothing of it is encrypted.
 */

/** Why there is nothing more to read. */
export type FlightEnd =
  /** ServerHelloDone: the whole flight was seen. */
  | { readonly kind: 'complete' }
  /** A fatal alert, or close_notify. */
  | { readonly kind: 'alert'; readonly name: string }
  /** No TLS at all; `text` is the beginning of what came, latin1. */
  | { readonly kind: 'plaintext'; readonly text: string }
  | { readonly kind: 'malformed'; readonly said: string }
  /** More than is read. */
  | { readonly kind: 'limit'; readonly said: string };

export interface ServerFlight {
  /** What the ServerHello chose; null: none came. */
  readonly hello: { readonly version: HelloVersion; readonly suite: number } | null;
  /** The certificates as sent, DER, leaf first, at most 16. */
  readonly chain: readonly Uint8Array[];
  readonly certificateRequested: boolean;
  /** Null: more is to come. */
  readonly end: FlightEnd | null;
  /** Octets that are not a whole record yet. */
  readonly records: Buffer;
  /** Octets that are not a whole handshake message yet. */
  readonly messages: Buffer;
  readonly recordsRead: number;
  readonly octetsRead: number;
}

/** A flight is 2 to 6 KiB; a CertificateRequest that names every authority adds some 20. */
const maxOctets = 128 * 1024;
const maxRecords = 512;
/** RFC 5246 section 6.2.3. */
const maxRecordOctets = 2 ** 14 + 2048;
const maxCertificates = 16;
const maxTextOctets = 512;

const contentTypes = { alert: 21, handshake: 22 } as const;
const messageTypes = { serverHello: 2, certificate: 11, certificateRequest: 13, serverHelloDone: 14 } as const;
const fatal = 2;
const closeNotify = 0;

const versionNames: readonly HelloVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'];

/** Before the first octet. */
export const noFlight: ServerFlight = {
  hello: null,
  chain: [],
  certificateRequested: false,
  end: null,
  records: Buffer.alloc(0),
  messages: Buffer.alloc(0),
  recordsRead: 0,
  octetsRead: 0,
};

/** Takes what came next, in pieces of any size. Never throws; after the end it changes nothing. */
export function takeFlight(flight: ServerFlight, bytes: Uint8Array): ServerFlight {
  if (flight.end !== null) return flight;
  const octetsRead = flight.octetsRead + bytes.length;
  let current: ServerFlight = { ...flight, octetsRead, records: Buffer.concat([flight.records, bytes]) };
  while (current.end === null) {
    const next = takeRecord(current);
    if (next === null) break;
    current = next;
  }
  if (current.end === null && octetsRead > maxOctets) {
    return ended(current, { kind: 'limit', said: `more than ${maxOctets} octets before ServerHelloDone` });
  }
  return current;
}

function ended(flight: ServerFlight, end: FlightEnd): ServerFlight {
  return { ...flight, end, records: Buffer.alloc(0), messages: Buffer.alloc(0) };
}

function malformed(flight: ServerFlight, said: string): ServerFlight {
  return ended(flight, { kind: 'malformed', said });
}

/** Takes one record off; null: it is not all there. */
function takeRecord(flight: ServerFlight): ServerFlight | null {
  const { records, recordsRead } = flight;
  const [type, major] = records;
  if (type === undefined) return null;
  const isRecord = (type === contentTypes.alert || type === contentTypes.handshake) && (major ?? 3) === 3;
  if (!isRecord) {
    if (recordsRead > 0) return malformed(flight, `a record of type ${type}`);
    return ended(flight, { kind: 'plaintext', text: records.toString('latin1', 0, maxTextOctets) });
  }
  if (records.length < 5) return null;
  const length = records.readUInt16BE(3);
  if (length > maxRecordOctets) return malformed(flight, `a record of ${length} octets`);
  if (records.length < 5 + length) return null;
  if (recordsRead >= maxRecords) return ended(flight, { kind: 'limit', said: `more than ${maxRecords} records` });
  const content = records.subarray(5, 5 + length);
  const rest = { ...flight, records: records.subarray(5 + length), recordsRead: recordsRead + 1 };
  return type === contentTypes.alert ? takeAlert(rest, content) : takeMessages(rest, content);
}

function takeAlert(flight: ServerFlight, content: Buffer): ServerFlight {
  const [level, description] = content;
  if (level === undefined || description === undefined) return malformed(flight, 'an alert of less than 2 octets');
  // Warnings, such as about an unknown server name, come before a handshake that goes on.
  if (level !== fatal && description !== closeNotify) return flight;
  return ended(flight, { kind: 'alert', name: alertName(description) });
}

function takeMessages(flight: ServerFlight, content: Buffer): ServerFlight {
  let current: ServerFlight = { ...flight, messages: Buffer.concat([flight.messages, content]) };
  while (current.end === null && current.messages.length >= 4) {
    const { messages } = current;
    const length = messages.readUIntBE(1, 3);
    if (length > maxOctets) return ended(current, { kind: 'limit', said: `a handshake message of ${length} octets` });
    if (messages.length < 4 + length) break;
    const body = messages.subarray(4, 4 + length);
    current = takeMessage(
      { ...current, messages: messages.subarray(4 + length) },
      { type: messages.readUInt8(0), body },
    );
  }
  return current;
}

function takeMessage(
  flight: ServerFlight,
  { type, body }: { readonly type: number; readonly body: Buffer },
): ServerFlight {
  if (type === messageTypes.serverHello) return takeHello(flight, body);
  if (flight.hello === null) return malformed(flight, `a handshake message of type ${type} before ServerHello`);
  switch (type) {
    case messageTypes.certificate: {
      const chain = readCertificates(body);
      return chain === null ? malformed(flight, 'a Certificate message that cannot be read') : { ...flight, chain };
    }
    case messageTypes.certificateRequest:
      return { ...flight, certificateRequested: true };
    case messageTypes.serverHelloDone:
      return ended(flight, { kind: 'complete' });
    default:
      // ServerKeyExchange, CertificateStatus and what else may stand in between.
      return flight;
  }
}

/** RFC 5246 section 7.4.1.3. */
function takeHello(flight: ServerFlight, body: Buffer): ServerFlight {
  const sessionIdOctets = body[34] ?? 0;
  const suiteAt = 35 + sessionIdOctets;
  if (flight.hello !== null || body.length < suiteAt + 3) return malformed(flight, 'a ServerHello that cannot be read');
  const number = body.readUInt16BE(0);
  const version = versionNames.find((name) => helloVersions[name] === number);
  if (version === undefined) return malformed(flight, `a ServerHello of version 0x${number.toString(16)}`);
  return { ...flight, hello: { version, suite: body.readUInt16BE(suiteAt) } };
}

/** RFC 5246 section 7.4.2; null: the lengths do not add up. */
function readCertificates(body: Buffer): readonly Uint8Array[] | null {
  if (body.length < 3 || body.readUIntBE(0, 3) !== body.length - 3) return null;
  const chain: Uint8Array[] = [];
  let at = 3;
  while (at < body.length) {
    if (at + 3 > body.length) return null;
    const end = at + 3 + body.readUIntBE(at, 3);
    if (end > body.length) return null;
    if (chain.length < maxCertificates) chain.push(Uint8Array.from(body.subarray(at + 3, end)));
    at = end;
  }
  return chain;
}
