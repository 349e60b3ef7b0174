import type { EndpointTarget, Service } from '../model/endpoint.ts';
import { shellCommand, shellQuote } from './shell-quote.ts';

/** An endpoint, and which address of it to talk to; null: whichever the name leads to. */
export interface MailPlace {
  readonly endpoint: EndpointTarget;
  readonly address: string | null;
}

const startNames: Readonly<Record<Service, string>> = {
  imap: 'imap',
  pop3: 'pop3',
  submission: 'smtp',
  smtp: 'smtp',
  sieve: 'sieve',
};

function hostOf({ endpoint, address }: MailPlace): string {
  return address ?? endpoint.host;
}

/** `openssl s_client` to the place, with TLS begun the way the endpoint does. */
function sClient(place: MailPlace, options: readonly string[]): string {
  const { host, port, service, tlsMode } = place.endpoint;
  const to = hostOf(place);
  return shellCommand([
    ...['openssl', 's_client', '-connect', `${to.includes(':') ? `[${to}]` : to}:${String(port)}`],
    ...(tlsMode === 'starttls' ? ['-starttls', startNames[service]] : []),
    ...(options.includes('-noservername') ? [] : ['-servername', host]),
    ...options,
  ]);
}

/** The certificates as sent, verified as a mail client does. */
export function showCertificates(place: MailPlace): readonly string[] {
  const verify = ['-showcerts', '-verify_return_error', '-verify_hostname', place.endpoint.host];
  return [
    `${sClient(place, verify)} </dev/null`,
    `${sClient(place, [])} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -dates -ext subjectAltName`,
  ];
}

/** The certificate that is shown to a client that names no host. */
export function showWithoutServerName(place: MailPlace): readonly string[] {
  const read = 'openssl x509 -noout -subject -dates -ext subjectAltName';
  return [`${sClient(place, ['-noservername'])} </dev/null 2>/dev/null | ${read}`];
}

/** One handshake a version of TLS; what the local OpenSSL has turned off by default is turned on. */
export function tryVersions(place: MailPlace): readonly string[] {
  const old = ['-cipher', 'ALL:@SECLEVEL=0'];
  return [
    `${sClient(place, ['-tls1', ...old])} </dev/null`,
    `${sClient(place, ['-tls1_1', ...old])} </dev/null`,
    `${sClient(place, ['-tls1_2'])} </dev/null`,
    `${sClient(place, ['-tls1_3'])} </dev/null`,
  ];
}

/** Every suite that the server takes; OpenSSL has dropped those that matter most here. */
export function listSuites(place: MailPlace): readonly string[] {
  const to = hostOf(place);
  const family = to.includes(':') ? ['-6'] : [];
  const port = String(place.endpoint.port);
  return [shellCommand(['nmap', ...family, '-Pn', '-p', port, '--script', 'ssl-enum-ciphers', to])];
}

/** The certificates for RSA and for ECDSA apart. */
export function showBothKeys(place: MailPlace): readonly string[] {
  return ['RSA+SHA256:RSA-PSS+SHA256', 'ECDSA+SHA256:ECDSA+SHA384'].map(
    (algorithms) =>
      `${sClient(place, ['-tls1_2', '-sigalgs', algorithms])} </dev/null 2>/dev/null | openssl x509 -noout -subject -dates`,
  );
}

/** Whether the server asks for a client certificate; up to TLS 1.2 the question is in clear. */
export function showCertificateRequest(place: MailPlace): readonly string[] {
  return [`${sClient(place, ['-tls1_2', '-msg'])} </dev/null 2>&1 | grep CertificateRequest`];
}

/** The last records of a session: the server's close alert is among them, or is not. */
export function showCloseAlert(place: MailPlace): readonly string[] {
  return [`${typed(goodbye[place.endpoint.service])} | ${sClient(place, ['-quiet', '-msg'])} 2>&1 | grep -A1 Alert`];
}

/** What the server answers inside TLS. */
export function talkInsideTls(place: MailPlace, lines: readonly string[]): string {
  return `${typed([...lines, ...goodbye[place.endpoint.service]])} | ${sClient(place, ['-quiet'])}`;
}

/** What the server answers before TLS. */
export function talkInClear(place: MailPlace, lines: readonly string[]): string {
  const { service, port } = place.endpoint;
  return `${typed([...lines, ...goodbye[service]])} | ${shellCommand(['nc', '-w', '10', hostOf(place), String(port)])}`;
}

/** Whether anything answers. */
export function connect(place: MailPlace): readonly string[] {
  return [shellCommand(['nc', '-v', '-w', '10', '-z', hostOf(place), String(place.endpoint.port)])];
}

/** SHA-256 of the server's public key, as a TLSA 3 1 1 record has it. */
export function showKeyDigest(place: MailPlace): string {
  const digest = 'openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256';
  return `${sClient(place, [])} </dev/null 2>/dev/null | ${digest}`;
}

const goodbye: Readonly<Record<Service, readonly string[]>> = {
  imap: ['z LOGOUT'],
  pop3: ['QUIT'],
  submission: ['QUIT'],
  smtp: ['QUIT'],
  sieve: ['LOGOUT'],
};

/** The question for what the server can do. */
export const capabilityLines: Readonly<Record<Service, readonly string[]>> = {
  imap: ['a CAPABILITY'],
  pop3: ['CAPA'],
  submission: ['EHLO latchwatch.invalid'],
  smtp: ['EHLO latchwatch.invalid'],
  sieve: ['CAPABILITY'],
};

/** The same, and where the protocol has one of its own the question for the DEEP status. */
export const deepLines: Readonly<Record<Service, readonly string[]>> = {
  ...capabilityLines,
  imap: ['a CAPABILITY', 'b ID ("name" "latchwatch")'],
};

/** Lines typed one after the other: a server that is spoken to before it has greeted hangs up. */
function typed(lines: readonly string[]): string {
  const said = lines.map((line) => `printf ${shellQuote(`${line}\\r\\n`)}`).join('; sleep 1; ');
  return `{ sleep 2; ${said}; sleep 2; }`;
}
