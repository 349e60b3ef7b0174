import type { PlanForecast } from './answer.ts';

/*
 * How many clients will still come. Each client program loses its users at a rate of its own, read from the weeks in which
 * they were last seen; a program with few users leans on the rate of all.
 */

/** Clients of one program by full weeks since they were last seen; the index is the week. */
export interface ProgramWeeks {
  /** Of those that the change concerns. */
  readonly affected: readonly number[];
  /** Of all, which the rate is read from. */
  readonly all: readonly number[];
}

/** Who was seen in these weeks counts as active: many read mail once a month. */
const activeWeeks = 5;
/** Weeks behind them that the rate is read from. */
const observedWeeks = 26;
const forecastWeeks = 104;
/** Weeks of use of a program at which its own rate weighs as much as that of all. */
const priorWeeks = 200;
/** Of the normal distribution, for a band of 90 %. */
const z90 = 1.645;
const weekMs = 7 * 86_400_000;

/** Null where nobody is affected. */
export function forecast(programs: readonly ProgramWeeks[], now: number): PlanForecast | null {
  const common = rateOf(programs.map(({ all }) => exposureOf(all)).reduce(addExposure, noExposure));
  const curves = programs.map(({ affected, all }) => ({
    active: sum(affected.slice(0, activeWeeks)),
    rate: blend(exposureOf(all), common),
  }));
  const dormant = sum(programs.flatMap(({ affected }) => affected.slice(activeWeeks)));
  const active = sum(curves.map((curve) => curve.active));
  if (active + dormant === 0) return null;
  const points = Array.from({ length: forecastWeeks + 1 }, (_, week) => {
    const left = (edge: 'rate' | 'low' | 'high') =>
      sum(curves.map((curve) => curve.active * Math.exp(-curve.rate[edge] * week)));
    return {
      at: now + week * weekMs,
      expected: round(left('rate')),
      low: round(left('high')),
      high: round(left('low')),
    };
  });
  const nearlyNone = active === 0 ? points[0] : points.find(({ high }) => high < active / 100);
  return { points, nearlyNoneAt: nearlyNone?.at ?? null, dormant };
}

/** Clients that stopped, and the weeks of clients in which they could have. */
interface Exposure {
  readonly stopped: number;
  readonly weeks: number;
}
const noExposure: Exposure = { stopped: 0, weeks: 0 };
const addExposure = (a: Exposure, b: Exposure): Exposure => ({
  stopped: a.stopped + b.stopped,
  weeks: a.weeks + b.weeks,
});

/** Who was last seen in a week stopped in it; all that were seen in it or later could have. */
function exposureOf(all: readonly number[]): Exposure {
  let later = sum(all.slice(0, activeWeeks));
  let [stopped, weeks] = [0, 0];
  for (const count of all.slice(activeWeeks, activeWeeks + observedWeeks)) {
    later += count;
    stopped += count;
    weeks += later;
  }
  return { stopped, weeks };
}

interface Rate {
  readonly rate: number;
  /** Edges of the band. */
  readonly low: number;
  readonly high: number;
}

function rateOf({ stopped, weeks }: Exposure): Rate {
  if (weeks === 0) return { rate: 0, low: 0, high: 0 };
  const margin = z90 * Math.sqrt(Math.max(stopped, 1));
  return { rate: stopped / weeks, low: Math.max(0, stopped - margin) / weeks, high: (stopped + margin) / weeks };
}

function blend(own: Exposure, common: Rate): Rate {
  return rateOf({ stopped: own.stopped + priorWeeks * common.rate, weeks: own.weeks + priorWeeks });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
