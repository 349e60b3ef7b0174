/* First flights of a server, written by hand: what OpenSSL 3 can no longer be made to send. */

/** A record of SSL 3.0 to TLS 1.2. */
export function record(type: number, content: Uint8Array, version = 0x0303): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt8(type, 0);
  header.writeUInt16BE(version, 1);
  header.writeUInt16BE(content.length, 3);
  return Buffer.concat([header, content]);
}

/** A handshake message. */
export function message(type: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt8(type, 0);
  header.writeUIntBE(body.length, 1, 3);
  return Buffer.concat([header, body]);
}

/** A ServerHello that chooses `suite`. */
export function serverHello({
  suite,
  version = 0x0303,
  sessionId = Buffer.alloc(0),
}: {
  readonly suite: number;
  readonly version?: number;
  readonly sessionId?: Buffer;
}): Buffer {
  const body = Buffer.alloc(38 + sessionId.length);
  body.writeUInt16BE(version, 0);
  body.writeUInt8(sessionId.length, 34);
  sessionId.copy(body, 35);
  body.writeUInt16BE(suite, 35 + sessionId.length);
  return message(2, body);
}

/** A Certificate message. */
export function certificates(chain: readonly Uint8Array[]): Buffer {
  const entries = chain.flatMap((der) => [uint24(der.length), der]);
  const list = Buffer.concat(entries);
  return message(11, Buffer.concat([uint24(list.length), list]));
}

/** An alert record. */
export function alert(level: 1 | 2, description: number): Buffer {
  return record(21, Buffer.of(level, description));
}

export const serverHelloDone = message(14, Buffer.alloc(0));

function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(value, 0, 3);
  return bytes;
}
