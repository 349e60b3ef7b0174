import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { protocolOf, type DialoguePlan } from '#lib/mail/dialogue.ts';
import { findServiceRow, type EndpointTarget } from '#lib/model/endpoint.ts';
import type { ProbeFailure, TlsFacts, TranscriptLine } from '#lib/model/observation.ts';
import type { AddressScan, Exchange, Offer } from '#lib/model/scan-observation.ts';
import type { Clock, ConnectionLimit, Dial } from '#workers/ports.ts';
import { settleAnswer, type Answer } from './scan-answer.ts';
import { askClient, askMailBeforeTls, askStat, tryInjection } from './scan-commands.ts';
import { ScanConnections } from './scan-connections.ts';
import { offerAndLeave, type HandshakeOffer } from './scan-handshake.ts';
import {
  lookForCertificateRequest,
  offerKey,
  offerSslv3,
  offerVersions,
  offerWeakSuites,
  offerWithoutServerName,
  type ScanTools,
} from './scan-offers.ts';
import { defaultClientName } from './session.ts';
import type { TrustStore } from './trust-store.ts';

export interface AddressScanOptions {
  readonly target: EndpointTarget;
  /** A literal IP address. */
  readonly address: string;
  /** SNI, unless it is an IP address. */
  readonly serverName: string;
  readonly tryClientCommand: boolean;
  readonly tryInjection: boolean;
  readonly dial: Dial;
  readonly limit: ConnectionLimit;
  readonly trust: TrustStore;
  readonly clock: Clock;
  /** Between two connections; absent: as long as is polite. */
  readonly pauseMs?: number;
  /** `performance.now()` value for the whole scan of the address. */
  readonly deadline: number;
}

/**
 * Looks closely at one address: about 20 connections, one after the other. Usual handshakes stand between the unusual
 * ones, so that a server that has had enough of us is not taken for one that refuses what was offered. Never rejects
 * for anything a server does: what could not be looked at is `unseen`.
 */
export async function scanAddress(options: AddressScanOptions): Promise<AddressScan> {
  const startedAt = options.clock.now();
  const scan = new Scan(options);
  const { tools } = scan;
  const inside = await scan.askInside();
  const { versions, closeNotify } = await offerVersions(tools);
  await scan.repeat();
  const keys = { rsa: await offerKey(tools, 'rsa'), ec: await offerKey(tools, 'ec') };
  const withoutServerName = await offerWithoutServerName(tools);
  await scan.repeat();
  const weak = await offerWeakSuites(tools, versions);
  const sslv3 = await offerSslv3(tools);
  const certificateRequest = await lookForCertificateRequest(tools, versions['TLSv1.3']);
  const mailBeforeTls = await scan.askMailBeforeTls();
  const injection = await scan.tryInjection();
  await scan.repeat();
  await scan.lookForPool();
  const settle = <T>(answer: Answer<T>): Offer<T> => settleAnswer(answer, scan.doubt);
  return {
    address: options.address,
    startedAt,
    versions: {
      TLSv1: settle(versions.TLSv1),
      'TLSv1.1': settle(versions['TLSv1.1']),
      'TLSv1.2': settle(versions['TLSv1.2']),
      'TLSv1.3': settle(versions['TLSv1.3']),
    },
    sslv3: settle(sslv3),
    weakSuites: {
      null: settle(weak.null),
      export: settle(weak.export),
      rc4: settle(weak.rc4),
      '3des': settle(weak['3des']),
      anonymous: settle(weak.anonymous),
      'static-rsa': settle(weak['static-rsa']),
    },
    withoutServerName: withoutServerName === null ? null : settle(withoutServerName),
    keys: { rsa: settle(keys.rsa), ec: settle(keys.ec) },
    certificateRequest,
    closeNotify,
    repeated: scan.repeated,
    ...inside,
    mailBeforeTls,
    injection,
    transcript: scan.transcript,
    failure: tools.connections.failure,
  };
}

/** Enough to meet the other one of two servers seven times out of eight, where chance decides. */
const poolHandshakes = 3;

/** What the steps of one scan share, and those of them that keep what was said. */
class Scan {
  readonly tools: ScanTools;
  readonly transcript: TranscriptLine[] = [];
  readonly repeated: TlsFacts[] = [];
  readonly #options: AddressScanOptions;
  readonly #plan: DialoguePlan;
  readonly #began = performance.now();
  #doubt: ProbeFailure | null = null;

  constructor(options: AddressScanOptions) {
    const { target, address, dial, limit, trust, deadline, pauseMs } = options;
    const row = findServiceRow(target.service, target.tlsMode);
    if (row === undefined) throw new Error(`no dialogue for ${target.service} with ${target.tlsMode} TLS`);
    const plan = { protocol: protocolOf(row.dialogue), tlsMode: target.tlsMode, clientName: defaultClientName };
    const serverName = isIP(options.serverName) === 0 ? options.serverName : '';
    this.#options = options;
    this.#plan = plan;
    this.tools = {
      connections: new ScanConnections({
        ...{ address, port: target.port, plan, dial, limit, deadline },
        ...(pauseMs === undefined ? {} : { pauseMs }),
      }),
      trust,
      serverName,
      offerOf: (secureContext) => ({ plan, serverName, trust, secureContext }),
    };
  }

  /** Why a usual handshake failed while the scan went on; null: all that were made did well. */
  get doubt(): ProbeFailure | null {
    return this.#doubt;
  }

  /** A handshake like the cheap probe's. */
  async repeat(extra: Pick<HandshakeOffer, 'talk' | 'note'> = {}): Promise<void> {
    const { connections, trust, offerOf } = this.tools;
    const offer = { ...offerOf(trust.secureContext), ...extra };
    const outcome = await connections.openToTls((connection) => offerAndLeave(connection, offer), extra.note);
    const answer: Answer<TlsFacts> = outcome.ok ? outcome.facts : { outcome: 'unseen', failure: outcome.failure };
    switch (answer.outcome) {
      case 'accepted':
        this.repeated.push(answer.facts);
        return;
      case 'refused':
        this.#doubt ??= { stage: 'handshake', reason: 'tls', said: answer.said };
        return;
      case 'hung-up':
      case 'unseen':
        this.#doubt ??= answer.failure;
    }
  }

  /**
   * Usual handshakes that differ are those of a pool, or of a server that was reloaded meanwhile: a few more tell, since a
   * pool shows what it showed before again.
   */
  async lookForPool(): Promise<void> {
    const leaves = new Set(this.repeated.map(({ chain }) => chain[0]));
    if (leaves.size < 2) return;
    for (let more = 0; more < poolHandshakes; more += 1) await this.repeat();
  }

  /** One of those handshakes, with the commands that may be tried inside TLS. */
  async askInside(): Promise<Pick<AddressScan, 'statBeforeLogin' | 'clientCommand'>> {
    const { target, tryClientCommand } = this.#options;
    const asksStat = target.service === 'pop3';
    const asksClient = target.service === 'submission' && tryClientCommand;
    if (!asksStat && !asksClient) {
      await this.repeat();
      return { statBeforeLogin: null, clientCommand: null };
    }
    let stat = unanswered('STAT');
    let client = { good: unanswered('CLIENT'), bad: unanswered('CLIENT') };
    await this.repeat({
      note: this.#note,
      talk: async (talk) => {
        if (asksStat) stat = await askStat(talk);
        if (asksClient) client = await askClient(talk, this.#plan.clientName);
      },
    });
    return { statBeforeLogin: asksStat ? stat : null, clientCommand: asksClient ? client : null };
  }

  async askMailBeforeTls(): Promise<AddressScan['mailBeforeTls']> {
    const { service, tlsMode } = this.#options.target;
    if (service !== 'submission' || tlsMode !== 'starttls') return null;
    const manner = { plan: this.#plan, note: this.#note };
    const outcome = await this.tools.connections.open((connection) => askMailBeforeTls(connection, manner));
    return outcome.ok ? outcome.facts : unanswered('MAIL FROM:<>');
  }

  async tryInjection(): Promise<AddressScan['injection']> {
    if (!this.#options.tryInjection || this.#plan.tlsMode === 'implicit') return null;
    const { connections, trust, offerOf } = this.tools;
    const offer = offerOf(trust.secureContext);
    const outcome = await connections.open((connection) => tryInjection(connection, { offer, note: this.#note }));
    return outcome.ok ? outcome.facts : { obeyed: 'unseen', reply: null };
  }

  readonly #note = (from: TranscriptLine['from'], text: string): void => {
    this.transcript.push({ from, text, atMs: Math.round((performance.now() - this.#began) * 10) / 10 });
  };
}

function unanswered(sent: string): Exchange {
  return { sent, reply: null };
}
