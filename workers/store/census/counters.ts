import { networkOf } from '#lib/census/network.ts';
import type { Report } from '#lib/model/report.ts';
import { dayOf } from './day.ts';

const slotMs = 5 * 60 * 1000;

/** Logins at one server on one day. */
export interface LoginCounter {
  logins: number;
  named: number;
  spoke: number;
  proxied: number;
  proxiedWithoutTls: number;
}

/** What the reports of one batch of a source add up to: sums, so that a batch must count only once. */
export class Counters {
  readonly source: number;
  accepted = 0;
  /** Sessions of our own probes. */
  own = 0;
  /** Counted under another name, or not at all, since a dictionary had its fill for the day. */
  overflowed = 0;
  /** By `server day`. */
  readonly logins = new Map<string, LoginCounter>();
  /** Reports by `class day`. */
  readonly anonymous = new Map<string, number>();
  /** Reports by `slot server client tag network`. */
  readonly failures = new Map<string, number>();

  constructor(source: number) {
    this.source = source;
  }

  countLogin(
    server: number,
    login: Pick<Report, 'observedAt'> & { readonly named: boolean; readonly spoke: boolean },
  ): void {
    const counter = this.#loginsOf(server, login.observedAt);
    counter.logins += 1;
    addName(counter, login);
  }

  /** A login that was counted already turns out to be of a client that said its name. */
  countNamed(
    server: number,
    login: Pick<Report, 'observedAt'> & { readonly named: boolean; readonly spoke: boolean },
  ): void {
    addName(this.#loginsOf(server, login.observedAt), login);
  }

  /** A proxy should pass on which TLS the client has (draft section 7.1). */
  countProxy({ proxied, proxyTold, observedAt }: Report, server: number): void {
    if (!proxied) return;
    const counter = this.#loginsOf(server, observedAt);
    counter.proxied += 1;
    counter.proxiedWithoutTls += proxyTold ? 0 : 1;
  }

  countAnonymous(classNumber: number, at: number): void {
    add(this.anonymous, `${String(classNumber)} ${dayOf(at)}`);
  }

  countFailures(
    { latches, observedAt, clientAddress }: Report,
    { server, client }: { readonly server: number; readonly client: number },
  ): void {
    if (latches === null || latches.failed.length === 0) return;
    const slot = Math.floor(observedAt / slotMs) * slotMs;
    const network = networkOf(clientAddress);
    for (const tag of latches.failed) {
      add(this.failures, `${String(slot)} ${String(server)} ${String(client)} ${tag} ${network}`);
    }
  }

  #loginsOf(server: number, at: number): LoginCounter {
    const key = `${String(server)} ${dayOf(at)}`;
    const known = this.logins.get(key);
    if (known !== undefined) return known;
    const counter = { logins: 0, named: 0, spoke: 0, proxied: 0, proxiedWithoutTls: 0 };
    this.logins.set(key, counter);
    return counter;
  }
}

function addName(counter: LoginCounter, login: { readonly named: boolean; readonly spoke: boolean }): void {
  counter.named += login.named ? 1 : 0;
  counter.spoke += login.spoke ? 1 : 0;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
