import { performance } from 'node:perf_hooks';
import { classifyAddress } from '#lib/model/address.ts';
import { parseIpAddress } from '#lib/model/ip-address.ts';

/**
 * What one server of somebody else's gets from us at most. A thousand zones may share one server, and a hundred
 * questions a second is what a small provider's resolver sends to a busy top-level domain: servers that limit their
 * answers (RRL) begin far above it, since they count equal answers only.
 */
const questionsPerSecond = 100;
const burst = 200;
const maxInFlight = 32;

/** Above this many servers in the table, those that could ask at once again are forgotten. */
const sweepAbove = 1000;

export interface Turn {
  readonly address: string;
  /** `performance.now()` value after which to give up waiting. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

/** Runs `work` when the server may be asked; null when its turn did not come before the deadline. */
export type ServerLimit = <T>(turn: Turn, work: () => Promise<T>) => Promise<T | null>;

interface Lane {
  inFlight: number;
  /** When the next question could go if the burst were spent: it lies at most `burst` intervals ahead. */
  spentUntil: number;
  /** In order of arrival. */
  readonly queue: Set<() => void>;
}

const intervalMs = 1000 / questionsPerSecond;

/**
 * Limits the questions to each address: 100 a second after a burst of 200, and 32 in flight. Loopback is exempt: what
 * listens there is the operator's own.
 */
export function createServerLimit(): ServerLimit {
  const lanes = new Map<string, Lane>();
  return async (turn, work) => {
    if (isLoopback(turn.address)) return work();
    const lane = lanes.get(turn.address) ?? { inFlight: 0, spentUntil: 0, queue: new Set() };
    if (!lanes.has(turn.address)) {
      if (lanes.size >= sweepAbove) forgetIdle(lanes);
      lanes.set(turn.address, lane);
    }
    if (!(await enter(lane, turn))) return null;
    try {
      const wait = reserve(lane, turn.deadline);
      if (wait === null || !(await pause(wait, turn.signal))) return null;
      return await work();
    } finally {
      leave(lane);
    }
  };
}

function isLoopback(text: string): boolean {
  const address = parseIpAddress(text);
  return address.ok && classifyAddress(address.value) === 'loopback';
}

/** Only lanes that equal a new one: nothing is lost. */
function forgetIdle(lanes: Map<string, Lane>): void {
  const now = performance.now();
  for (const [address, lane] of lanes) if (lane.inFlight === 0 && lane.spentUntil <= now) lanes.delete(address);
}

/** Takes a place among those in flight; false when none came free in time. */
async function enter(lane: Lane, { deadline, signal }: Turn): Promise<boolean> {
  if (lane.inFlight < maxInFlight) {
    lane.inFlight += 1;
    return true;
  }
  return new Promise((resolve) => {
    const settle = (entered: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      lane.queue.delete(admit);
      resolve(entered);
    };
    // Whoever leaves hands the place over: the count stays.
    const admit = () => settle(true);
    const giveUp = () => settle(false);
    const timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()));
    signal?.addEventListener('abort', giveUp);
    lane.queue.add(admit);
  });
}

function leave(lane: Lane): void {
  const [next] = lane.queue;
  if (next === undefined) lane.inFlight -= 1;
  else next();
}

/** Milliseconds until the question may go; null when that is after the deadline. */
function reserve(lane: Lane, deadline: number): number | null {
  const now = performance.now();
  const spentUntil = Math.max(lane.spentUntil, now) + intervalMs;
  const wait = Math.max(0, spentUntil - burst * intervalMs - now);
  if (now + wait > deadline) return null;
  lane.spentUntil = spentUntil;
  return wait;
}

/** False when the program stops meanwhile. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted === true) return false;
  if (ms === 0) return true;
  return new Promise((resolve) => {
    const settle = (whole: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve(whole);
    };
    const stop = () => settle(false);
    const timer = setTimeout(() => settle(true), ms);
    signal?.addEventListener('abort', stop);
  });
}
