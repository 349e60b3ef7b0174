import type { Socket } from 'node:net';
import type { DnsQuestion, DnsReply } from '#lib/dnssec/steps.ts';
import type { DnsLookup, MxRecord, Seen, SrvRecord, TlsaRecord } from '#lib/model/observation.ts';

/*
 * What the shell may do to the world, on one page. main.ts and the command line hand these out; the code that
 * gets them is tested with a settable clock and scripted servers, never with a mocked module.
 */

/** Wall clock in milliseconds since the epoch. May go backwards: measure durations with `performance.now()`. */
export interface Clock {
  now(): number;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Structured log. `fields` hold data from strangers only as JSON values, never in the message. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface DialTarget {
  /** A literal IP address: names are resolved before, so that what was checked is what is connected to. */
  readonly address: string;
  readonly port: number;
  /** `performance.now()` value after which everything about this connection stops. */
  readonly deadline: number;
}

/** Opens a TCP connection after the address guard agreed. A refusal of the world is data, not an exception. */
export type Dial = (target: DialTarget) => Promise<Seen<Socket>>;

/** The record types that the product asks for, with the shape of their parsed data. */
export interface RecordData {
  readonly A: string;
  readonly AAAA: string;
  readonly MX: MxRecord;
  readonly SRV: SrvRecord;
  readonly TLSA: TlsaRecord;
  readonly TXT: string;
}

/**
 * Asks DNS. `ok` with an empty `records` is NODATA or NXDOMAIN (see `rcode`): the name server answered.
 * A failure is a lookup that got no usable answer (timeout, SERVFAIL, malformed).
 */
export type Query = <T extends keyof RecordData>(name: string, type: T) => Promise<Seen<DnsLookup<RecordData[T]>>>;

/** A recursive resolver that validates for itself: a second opinion. */
export interface SecondOpinion {
  /** `address:port`. */
  readonly server: string;
  /** With RD and DO, without CD. */
  readonly ask: (question: DnsQuestion) => Promise<DnsReply>;
}

/** Holds at most two connections an address open over all workers; `null` when no place came free before `deadline` (`performance.now()`). */
export type ConnectionLimit = <T>(address: string, deadline: number, work: () => Promise<T>) => Promise<T | null>;
