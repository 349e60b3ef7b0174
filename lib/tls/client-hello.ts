/*
 * A ClientHello written by hand (RFC 5246 section 7.4.1.2, RFC 6101 section 5.6.1.2), for what OpenSSL does not offer.
 * Nothing is negotiated with it: it asks a question, and the first flight of the server is the answer.
 */

/** Versions that such a hello can be of, with their two octets on the wire. */
export const helloVersions = { SSLv3: 0x0300, TLSv1: 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': 0x0303 } as const;
export type HelloVersion = keyof typeof helloVersions;

export interface ClientHello {
  /** The highest that the client says it has. */
  readonly version: HelloVersion;
  /** Codes of the suites on offer, best first. */
  readonly suites: readonly number[];
  /** SNI in A-label form; null: none is sent (RFC 6066 section 3 has none for IP addresses). */
  readonly serverName: string | null;
  /** 32 octets. */
  readonly random: Uint8Array;
}

const recordTypes = { handshake: 22 } as const;
const handshakeTypes = { clientHello: 1 } as const;
const extensionTypes = {
  serverName: 0,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  renegotiationInfo: 0xff01,
} as const;

/** x25519, secp256r1, secp384r1, secp521r1 (RFC 8422 section 5.1.1). */
const groups = [29, 23, 24, 25];
/** ECDSA and RSA with SHA-2 and SHA-1, RSA-PSS, Ed25519 and Ed448: whatever certificate a server has, it can sign. */
const signatureAlgorithms = [
  ...[0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806],
  ...[0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202],
];

/** One TLS record with the hello in it. SSL 3.0 knows no extensions, so its hello has none. */
export function buildClientHello({ version, suites, serverName, random }: ClientHello): Buffer {
  const body = Buffer.concat([
    uint16(helloVersions[version]),
    random,
    vector(1, []),
    vector(2, suites.map(uint16)),
    // Compression: none.
    vector(1, [Buffer.of(0)]),
    ...(version === 'SSLv3' ? [] : [vector(2, extensions(version, serverName))]),
  ]);
  const message = Buffer.concat([Buffer.of(handshakeTypes.clientHello), vector(3, [body])]);
  // RFC 5246 appendix E.1: the version of the first record is low, so that old servers read it.
  const recordVersion = Math.min(helloVersions[version], helloVersions.TLSv1);
  return Buffer.concat([Buffer.of(recordTypes.handshake), uint16(recordVersion), vector(2, [message])]);
}

function extensions(version: HelloVersion, serverName: string | null): readonly Buffer[] {
  return [
    extension(extensionTypes.renegotiationInfo, [vector(1, [])]),
    ...(serverName === null ? [] : [extension(extensionTypes.serverName, [vector(2, [hostName(serverName)])])]),
    extension(extensionTypes.supportedGroups, [vector(2, groups.map(uint16))]),
    // Uncompressed.
    extension(extensionTypes.pointFormats, [vector(1, [Buffer.of(0)])]),
    ...(version === 'TLSv1.2'
      ? [extension(extensionTypes.signatureAlgorithms, [vector(2, signatureAlgorithms.map(uint16))])]
      : []),
  ];
}

function hostName(name: string): Buffer {
  return Buffer.concat([Buffer.of(0), vector(2, [Buffer.from(name, 'latin1')])]);
}

function extension(type: number, content: readonly Buffer[]): Buffer {
  return Buffer.concat([uint16(type), vector(2, content)]);
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

/** Content behind its length, which has `lengthOctets` octets. */
function vector(lengthOctets: 1 | 2 | 3, content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const length = Buffer.alloc(lengthOctets);
  length.writeUIntBE(bytes.length, 0, lengthOctets);
  return Buffer.concat([length, bytes]);
}
