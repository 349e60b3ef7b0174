import { isIP, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { probeFailure } from '#lib/mail/dialogue.ts';
import { isHostText } from '#lib/model/host-text.ts';
import type {
  FailureReason,
  Fetched,
  HttpDocument,
  ProbeFailure,
  ProbeStage,
  Seen,
  TlsFacts,
} from '#lib/model/observation.ts';
import type { ConnectionLimit, Dial, Query } from '#workers/ports.ts';
import { resolveAddresses } from '#workers/probes/addresses.ts';
import { handshake } from '#workers/probes/tls-handshake.ts';
import type { TrustStore } from '#workers/probes/trust-store.ts';
import { exchangeHttp, type HttpAnswer, type PostedForm } from './http-exchange.ts';

/** Addresses of one host that are tried, one after the other, until one lets us connect. */
const maxAddresses = 4;
const maxUrlCharacters = 2048;
const redirects: readonly number[] = [301, 302, 303, 307, 308];
/** By these, a form is sent again; by the others the answer is fetched by GET (RFC 9110 section 15.4). */
const redirectsWithForm: readonly number[] = [307, 308];

export interface FetchOptions {
  readonly url: string;
  readonly dial: Dial;
  readonly query: Query;
  readonly trust: TrustStore;
  /** `performance.now()` value for all of it, redirects too. */
  readonly deadline: number;
  /** 0: a redirect is a failure (RFC 8461 section 3.3). */
  readonly maxRedirects: number;
  /** Also by plain HTTP on port 80, which some clients do for autoconfig. Absent: https only. */
  readonly plainHttp?: boolean;
  /** Sent by POST. Absent: GET. */
  readonly form?: PostedForm;
  /** Absent: connections are not counted. */
  readonly limit?: ConnectionLimit;
}

/**
 * Fetches one document as a client without any login would: names through our own resolver, every connection through
 * the guarded dialler, every redirect checked anew. Ports other than 443 (and 80 where plain HTTP may be used) are not
 * gone to. A certificate that nobody should trust is a fact in `tls` and stops nothing; its name is judged by who
 * reads the facts. Body: at most 64 KiB. Never rejects for anything the world does.
 */
export async function fetchDocument(options: FetchOptions): Promise<Fetched> {
  const passed: string[] = [];
  let form = options.form ?? null;
  let url = options.url;
  for (;;) {
    const outcome = await fetchOnce(url, form, options);
    if (!outcome.ok) return { ok: false, url, tls: outcome.tls, failure: outcome.failure };
    const { answer, tls, address } = outcome;
    const { location, ...document } = answer;
    if (location === null || !redirects.includes(answer.status)) {
      return { ok: true, facts: { ...document, url, address, tls, redirects: passed } };
    }
    const refused = (reason: FailureReason, said: string): Fetched => ({
      ok: false,
      url,
      tls,
      failure: probeFailure('redirect', reason, said),
    });
    if (!URL.canParse(location, url)) return refused('protocol', `redirected to ${location}`);
    const next = new URL(location, url).href;
    if (passed.length >= options.maxRedirects) {
      return refused('limit', `redirected to ${next}, after ${passed.length} of ${options.maxRedirects} redirects`);
    }
    passed.push(url);
    url = next;
    if (!redirectsWithForm.includes(answer.status)) form = null;
  }
}

type Attempt =
  | {
      readonly ok: true;
      readonly answer: HttpAnswer;
      readonly tls: TlsFacts | null;
      readonly address: HttpDocument['address'];
    }
  | { readonly ok: false; readonly tls: TlsFacts | null; readonly failure: ProbeFailure };

async function fetchOnce(text: string, form: PostedForm | null, options: FetchOptions): Promise<Attempt> {
  const target = readTarget(text, options);
  if (!target.ok) return unseen(target.failure);
  const { host, port } = target.facts;
  const { deadline } = options;
  const addresses = await addressesOf(host, options);
  if (!addresses.ok) return unseen(addresses.failure);
  const list = addresses.facts.slice(0, maxAddresses);
  let failure = probeFailure('resolve', 'no-address');
  for (const [index, address] of list.entries()) {
    const now = performance.now();
    // A silent address must leave time for those that come after it.
    const connectBy = now + (deadline - now) / (list.length - index);
    const outcome = await withinLimit(options, address, async (): Promise<Attempt> => {
      const connection = await options.dial({ address, port, deadline: connectBy });
      if (!connection.ok) return unseen(connection.failure);
      return ask(connection.facts, { ...target.facts, address, form, options });
    });
    if (outcome.ok || outcome.failure.stage !== 'connect') return outcome;
    failure = outcome.failure;
  }
  return unseen(failure);
}

interface Target {
  readonly url: URL;
  /** Without final dot and brackets: a name in A-label form, or an IP address. */
  readonly host: string;
  readonly port: number;
}

function readTarget(text: string, { plainHttp }: FetchOptions): Seen<Target> {
  const refused = (stage: ProbeStage, reason: FailureReason, said: string): Seen<never> => ({
    ok: false,
    failure: probeFailure(stage, reason, said),
  });
  if (text.length > maxUrlCharacters) return refused('request', 'limit', `URL of ${text.length} characters`);
  if (!URL.canParse(text)) return refused('request', 'protocol', 'not a URL');
  const url = new URL(text);
  const usual = url.protocol === 'https:' ? 443 : url.protocol === 'http:' && plainHttp === true ? 80 : null;
  if (usual === null) return refused('request', 'blocked', `${url.protocol.slice(0, -1)} is not used here`);
  if (url.username !== '' || url.password !== '') return refused('request', 'blocked', 'a URL with a login in it');
  const port = url.port === '' ? usual : Number(url.port);
  if (port !== usual) return refused('connect', 'blocked', `port ${port} is not used for documents, only ${usual}`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(host) === 0 && !isHostText(host)) return refused('resolve', 'no-address', 'not a name that a host can have');
  return { ok: true, facts: { url, host, port } };
}

async function addressesOf(host: string, { query }: FetchOptions): Promise<Seen<readonly string[]>> {
  if (isIP(host) !== 0) return { ok: true, facts: [host] };
  const addresses = await resolveAddresses(host, query);
  return addresses.ok ? { ok: true, facts: addresses.facts.list } : addresses;
}

async function withinLimit(
  { limit, deadline }: FetchOptions,
  address: string,
  work: () => Promise<Attempt>,
): Promise<Attempt> {
  const outcome = limit === undefined ? await work() : await limit(address, deadline, work);
  return outcome ?? unseen(probeFailure('connect', 'busy', 'other probes of this address took all the time there was'));
}

interface Question extends Target {
  readonly address: string;
  readonly form: PostedForm | null;
  readonly options: FetchOptions;
}

async function ask(socket: Socket, { url, host, address, form, options }: Question): Promise<Attempt> {
  const { trust, deadline } = options;
  const secured = url.protocol === 'https:' ? await handshake({ socket, host, trust, deadline }) : null;
  if (secured?.ok === false) return unseen(secured.failure);
  const tls = secured?.facts ?? null;
  const answered = await exchangeHttp({ socket: secured?.socket ?? socket, url, form, deadline });
  socket.destroy();
  return answered.ok
    ? { ok: true, answer: answered.facts, tls, address }
    : { ok: false, tls, failure: answered.failure };
}

function unseen(failure: ProbeFailure): Attempt {
  return { ok: false, tls: null, failure };
}
