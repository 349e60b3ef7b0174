import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import {
  connect,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { X509Certificate } from 'node:crypto';
import { probeFailure } from '#lib/mail/dialogue.ts';
import type { KeyFamily, Pkix, ProbeFailure, TlsFacts } from '#lib/model/observation.ts';
import { readSocketError } from './socket-failure.ts';
import type { TrustStore } from './trust-store.ts';
import { isSameChain, type VerifiedPath } from './verified-paths.ts';

/** Certificates of one chain that are kept. More than this is a limit failure. */
export const maxCertificates = 16;

export type Handshake =
  | {
      readonly ok: true;
      readonly socket: TLSSocket;
      readonly facts: TlsFacts;
      /** Whether the server sent more certificates than are kept. */
      readonly tooManyCertificates: boolean;
    }
  | {
      readonly ok: false;
      readonly failure: ProbeFailure;
      /** The server showed none of the `recalled` chains: OpenSSL has to look at what it shows. */
      readonly isOtherChain: boolean;
    };

export interface HandshakeOptions {
  /** Connected, with nothing of the TLS stream read yet. */
  readonly socket: Duplex;
  /** Sent as SNI, unless it is an IP address (RFC 6066 section 3) or empty. */
  readonly host: string;
  readonly trust: TrustStore;
  /** Accept only server keys of this family. */
  readonly keyFamily?: KeyFamily;
  /** One of the other contexts of `trust`; absent: the usual one. */
  readonly secureContext?: SecureContext;
  /** Chains that need no second verdict; with any, the path of others is not looked for. Absent: none. */
  readonly recalled?: readonly VerifiedPath[];
  /** `performance.now()` value. */
  readonly deadline: number;
}

/**
 * Does the client side of a TLS handshake and keeps what the server showed. A certificate that nobody should trust is
 * a fact here and no failure; the name in it is not looked at (RFC 9525 is judged elsewhere). Never rejects; on
 * failure `socket` is destroyed.
 */
export async function handshake(options: HandshakeOptions): Promise<Handshake> {
  const { socket, host, trust, keyFamily, recalled = [], deadline } = options;
  const trusting = keyFamily === undefined ? trust.secureContext : trust.contextsByKey[keyFamily];
  const usual = recalled.length > 0 ? trust.untrustingContext : trusting;
  return new Promise((resolve) => {
    const serverName = isIP(host) === 0 ? host : '';
    let verified: PeerCertificate | null = null;
    const secured = connect({
      socket,
      secureContext: options.secureContext ?? usual,
      rejectUnauthorized: false,
      // Weak Diffie-Hellman groups are a finding, too.
      minDHSize: 1,
      ...(serverName === '' ? {} : { servername: serverName }),
      // Node calls this only after a good path, with the path: asking for it again would double the costliest step.
      checkServerIdentity: (_name, certificate) => {
        verified = certificate;
        return undefined;
      },
    });
    const settle = (outcome: Handshake) => {
      clearTimeout(timer);
      secured.off('secureConnect', onSecure).off('close', onClose);
      if (!outcome.ok) {
        secured.destroy();
        socket.destroy();
      }
      resolve(outcome);
    };
    const fail = (...failure: Parameters<typeof probeFailure>) =>
      settle({ ok: false, failure: probeFailure(...failure), isOtherChain: false });
    const onSecure = () => {
      const { chain, tooMany } = readChain(secured.getPeerX509Certificate());
      const known = recalled.find((path) => isSameChain(path.chain, chain));
      if (known === undefined && recalled.length > 0) {
        const failure = probeFailure('handshake', 'protocol', 'another chain than a moment ago');
        settle({ ok: false, failure, isOtherChain: true });
        return;
      }
      const pkix: Pkix =
        known?.pkix ??
        (verified === null
          ? { trusted: false, error: verifyCode(secured), store: trust.name }
          : { trusted: true, path: readPath(verified), store: trust.name });
      const facts: TlsFacts = {
        version: secured.getProtocol() ?? '',
        cipher: secured.getCipher().name,
        serverName,
        chain,
        pkix,
      };
      settle({ ok: true, socket: secured, facts, tooManyCertificates: tooMany });
    };
    const onClose = () => fail('handshake', 'closed');
    const timer = setTimeout(() => fail('handshake', 'timeout'), Math.max(0, deadline - performance.now()));
    // Stays for the life of the socket: an error that nobody listens to would end the process.
    secured.on('error', (error: Error) => {
      const { reason, said } = readSocketError(error);
      fail('handshake', reason, said);
    });
    secured.once('secureConnect', onSecure);
    secured.once('close', onClose);
  });
}

/**
 * OpenSSL's verify code. Node's type says Error, but the value is the code itself. Without a certificate (an anonymous
 * cipher) there is no code.
 */
function verifyCode(socket: TLSSocket): string {
  const error: unknown = socket.authorizationError;
  if (typeof error === 'string' && error !== '') return error;
  return error instanceof Error ? error.message : 'NO_CERTIFICATE';
}

/** The chain as sent: this walk follows the order on the wire and adds nothing from our store. */
function readChain(leaf: X509Certificate | undefined): {
  readonly chain: readonly string[];
  readonly tooMany: boolean;
} {
  const chain: string[] = [];
  let certificate = leaf;
  while (certificate !== undefined && chain.length < maxCertificates) {
    chain.push(certificate.raw.toString('base64'));
    certificate = certificate.issuerCertificate;
  }
  return { chain, tooMany: certificate !== undefined };
}

/** The path that OpenSSL built, down to the trusted root, which names itself as its issuer. */
function readPath(leaf: PeerCertificate): readonly string[] {
  const path: string[] = [];
  let certificate: PeerCertificate | undefined = leaf;
  while (certificate !== undefined && path.length < maxCertificates) {
    path.push(certificate.raw.toString('base64'));
    const issuer: PeerCertificate | undefined = issuerOf(certificate);
    certificate = issuer === certificate ? undefined : issuer;
  }
  return path;
}

function issuerOf(certificate: PeerCertificate | DetailedPeerCertificate): PeerCertificate | undefined {
  return 'issuerCertificate' in certificate ? certificate.issuerCertificate : undefined;
}
