import type { SecureContext } from 'node:tls';
import type { KeyFamily, Seen, TlsFacts } from '#lib/model/observation.ts';
import type { ChosenSuite, Sighting, TlsVersion, WeakSuiteKind } from '#lib/model/scan-observation.ts';
import { suitesOf, type SuiteKind } from '#lib/tls/cipher-suites.ts';
import type { HelloVersion } from '#lib/tls/client-hello.ts';
import { offerHello, type HelloAnswer } from './offer-hello.ts';
import { answerOfHello, type Answer } from './scan-answer.ts';
import type { OpenConnection, ScanConnections } from './scan-connections.ts';
import { offerAndLeave, offerAndWatch, type HandshakeOffer } from './scan-handshake.ts';
import type { TrustStore } from './trust-store.ts';

/* The handshakes of a scan, each of which offers one thing only. */

export interface ScanTools {
  readonly connections: ScanConnections;
  readonly trust: TrustStore;
  /** SNI; empty: none. */
  readonly serverName: string;
  readonly offerOf: (secureContext: SecureContext) => HandshakeOffer;
}

export type VersionAnswers = Readonly<Record<TlsVersion, Answer<TlsFacts>>>;

async function offer<T>(
  { connections }: ScanTools,
  work: (connection: OpenConnection) => Promise<Seen<Answer<T>>>,
): Promise<Answer<T>> {
  const outcome = await connections.openToTls(work);
  return outcome.ok ? outcome.facts : { outcome: 'unseen', failure: outcome.failure };
}

/** The four versions, and how the server ends a connection in the newest one that shows it. */
export async function offerVersions(
  tools: ScanTools,
): Promise<{ readonly versions: VersionAnswers; readonly closeNotify: Sighting }> {
  const { offerOf, trust } = tools;
  const endings: Sighting[] = [];
  const offerVersion = (version: TlsVersion) =>
    offer(tools, async (connection) => {
      const usual = offerOf(trust.contextsByVersion[version]);
      if (version === 'TLSv1.3' || endings.length > 0) return offerAndLeave(connection, usual);
      const { answer, closeNotify } = await offerAndWatch(connection, usual);
      if (answer.outcome === 'accepted') endings.push(closeNotify);
      return { ok: true, facts: answer };
    });
  const versions = {
    'TLSv1.3': await offerVersion('TLSv1.3'),
    'TLSv1.2': await offerVersion('TLSv1.2'),
    'TLSv1.1': await offerVersion('TLSv1.1'),
    TLSv1: await offerVersion('TLSv1'),
  };
  const hidden = versions['TLSv1.3'].outcome === 'accepted' ? 'encrypted' : 'unseen';
  return { versions, closeNotify: endings[0] ?? hidden };
}

/** The certificate of one key family. */
export function offerKey(tools: ScanTools, family: KeyFamily): Promise<Answer<TlsFacts>> {
  const context = tools.trust.contextsByKey[family];
  return offer(tools, (connection) => offerAndLeave(connection, tools.offerOf(context)));
}

/** What a client is shown that does not say which host it wants; null: nobody could say so here. */
export async function offerWithoutServerName(tools: ScanTools): Promise<Answer<TlsFacts> | null> {
  if (tools.serverName === '') return null;
  const usual = tools.offerOf(tools.trust.secureContext);
  return offer(tools, (connection) => offerAndLeave(connection, { ...usual, serverName: '' }));
}

/** All of these suites are older than TLS 1.2, and some servers take them only in an old version. */
const oldKinds: readonly WeakSuiteKind[] = ['export', 'rc4', '3des'];

/** The weak suites, kind by kind. */
export async function offerWeakSuites(
  tools: ScanTools,
  versions: VersionAnswers,
): Promise<Readonly<Record<WeakSuiteKind, Answer<ChosenSuite>>>> {
  const kind = (wanted: WeakSuiteKind) => {
    const old = versions.TLSv1.outcome === 'accepted' && oldKinds.includes(wanted);
    return offerSuites(tools, { version: old ? 'TLSv1' : 'TLSv1.2', kinds: [wanted] });
  };
  return {
    null: await kind('null'),
    export: await kind('export'),
    rc4: await kind('rc4'),
    '3des': await kind('3des'),
    anonymous: await kind('anonymous'),
    'static-rsa': await kind('static-rsa'),
  };
}

/** SSL 3.0 with whatever suites it may have. */
export async function offerSslv3(tools: ScanTools): Promise<Answer<ChosenSuite>> {
  const answer = await offerSuites(tools, {
    version: 'SSLv3',
    kinds: ['static-rsa', 'usual', '3des', 'rc4', 'export'],
  });
  if (answer.outcome !== 'accepted' || answer.facts.version === 'SSLv3') return answer;
  return { outcome: 'refused', said: `answered with ${answer.facts.version}` };
}

/** Whether a client certificate is asked for, which TLS 1.3 hides (RFC 8446 section 4.3.2). */
export async function lookForCertificateRequest(tools: ScanTools, newest: Answer<TlsFacts>): Promise<Sighting> {
  const outcome = await sendHello(tools, { version: 'TLSv1.2', suites: codesOf(['usual', 'static-rsa']) });
  if (!outcome.ok) return 'unseen';
  const { certificateRequested, end } = outcome.facts.flight;
  if (certificateRequested) return 'yes';
  if (end?.kind === 'complete') return 'no';
  return end?.kind === 'alert' && newest.outcome === 'accepted' ? 'encrypted' : 'unseen';
}

async function offerSuites(
  tools: ScanTools,
  { version, kinds }: { readonly version: HelloVersion; readonly kinds: readonly SuiteKind[] },
): Promise<Answer<ChosenSuite>> {
  const suites = codesOf(kinds);
  const outcome = await sendHello(tools, { version, suites });
  return outcome.ok ? answerOfHello(outcome.facts, suites) : { outcome: 'unseen', failure: outcome.failure };
}

function sendHello(
  { connections, serverName }: ScanTools,
  { version, suites }: { readonly version: HelloVersion; readonly suites: readonly number[] },
): Promise<Seen<HelloAnswer>> {
  const hello = { version, suites, serverName: serverName === '' ? null : serverName };
  return connections.openToTls(async ({ socket, deadline }) => ({
    ok: true,
    facts: await offerHello(socket, { hello, deadline }),
  }));
}

function codesOf(kinds: readonly SuiteKind[]): readonly number[] {
  return kinds.flatMap((kind) => suitesOf(kind).map(({ code }) => code));
}
