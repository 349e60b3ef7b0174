/** Seconds between two looks at a zone: as between two probes of an endpoint, but never less than a minute. */
export function zoneIntervalSeconds(intervalSeconds: number): number {
  return Math.max(intervalSeconds, 60);
}
