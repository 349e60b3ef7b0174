import type { Severity } from '#lib/model/finding.ts';
import type { RouteWay } from '#lib/alerts/route-way.ts';

/** A route as pages show it. Instants in milliseconds since the epoch. */
export interface RouteItem {
  readonly id: string;
  readonly name: string;
  readonly way: RouteWay;
  /** True: the environment describes it, and it cannot be removed. */
  readonly fromEnvironment: boolean;
  readonly hasSecret: boolean;
  readonly minSeverity: Severity;
  readonly escalateAfterMinutes: number;
  readonly outOfBand: boolean;
  readonly enabled: boolean;
  /** Receivers or URL, in words. */
  readonly target: string;
  readonly lastSentAt: number | null;
  /** Waiting for the relay or the receiver now. */
  readonly waiting: number;
  /** Waiting although delivery was tried. */
  readonly failing: number;
  readonly lastError: string | null;
  readonly givenUp: number;
}

/** One line of the delivery log. */
export interface DeliveryItem {
  readonly id: string;
  readonly routeName: string;
  readonly incidentId: string;
  readonly title: string;
  readonly reason: string;
  readonly createdAt: number;
  readonly sentAt: number | null;
  readonly givenUpAt: number | null;
  readonly held: boolean;
  readonly digest: boolean;
  readonly overflowed: boolean;
  readonly attempts: number;
  readonly lastError: string | null;
}
