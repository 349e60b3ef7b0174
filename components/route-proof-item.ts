import type { RouteDependence } from '#lib/model/alert-route.ts';
import type { RouteStanding } from '#lib/incidents/route-proof.ts';

/** How a route is proved and what it depends on, as pages show it. Instants in milliseconds since the epoch. */
export interface RouteProofItem extends RouteStanding {
  readonly kind: 'mail' | 'alertmanager' | 'webhook';
  readonly enabled: boolean;
  readonly dependence: RouteDependence;
  /** When a worker looked for dependences last; null: not yet. */
  readonly checkedAt: number | null;
}

/** Whether alerts can be relied on, in the words of the health bar. */
export interface AlertPath {
  /** When an enabled route was last shown to work; null: never. */
  readonly provenAt: number | null;
  /** True: no enabled route was shown to work within eight days. */
  readonly overdue: boolean;
  /**
   * Where every enabled route depends on what is monitored: one way in which it does. Null: there is one that does not, or
   * nobody looked yet.
   */
  readonly dependsOn: RouteDependence[number] | null;
}
