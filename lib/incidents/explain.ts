import type { Severity } from '../model/finding.ts';
import { isWorse, type IncidentSubject } from '../model/incident.ts';
import { liesIn } from '../model/watched-zones.ts';
import { causeRow, rankOf } from './causes.ts';

/** One thing that an incident is about. `port` null: a name as a whole, that of a domain or zone. */
export interface Place {
  readonly host: string;
  readonly port: number | null;
}

/** An incident in the order of causes. */
interface Suspect {
  readonly code: string;
  readonly severity: Severity;
  /** All that it is about. */
  readonly places: readonly Place[];
  /** Where the worker stands that saw it, or that it is about; null: not known. */
  readonly vantage: string | null;
}

/** An open incident that may be why others are there. */
export interface Explainer extends Suspect {
  /** The incident that people see for it. */
  readonly rootId: string;
}

/** Whether `child` is only a consequence of `parent`: it comes later, lies within reach, and is not worse. */
export function explains(parent: Suspect, child: Suspect): boolean {
  const row = causeRow(parent.code);
  if (row.explains === undefined || rankOf(parent.code) >= rankOf(child.code)) return false;
  if (!isWhole(parent)) return false;
  if (row.explains !== 'later' && !row.explains.includes(child.code)) return false;
  if (row.level === 'network' || row.level === 'resolver')
    return parent.vantage !== null && parent.vantage === child.vantage;
  // What is worse than its explanation has more to it.
  if (isWorse(child.severity, parent.severity)) return false;
  return child.places.length > 0 && child.places.every((place) => reaches(parent, place));
}

function isWhole({ code, severity }: Suspect): boolean {
  return causeRow(code).onlyCritical !== true || severity === 'critical';
}

function reaches(parent: Suspect, place: Place): boolean {
  switch (causeRow(parent.code).level) {
    case 'zone':
      return parent.places.some(({ host }) => liesIn(place.host, host));
    case 'host':
      return parent.places.some(({ host }) => host === place.host);
    default:
      return parent.places.some(({ host, port }) => host === place.host && port !== null && port === place.port);
  }
}

/** The first cause of an incident among those that are open; null: it speaks for itself. */
export function rootOf(child: Suspect, explainers: readonly Explainer[]): string | null {
  const [first] = joinSubjects(explainers.filter(isWhole))
    .filter((parent) => explains(parent, child))
    .toSorted((a, b) => rankOf(a.code) - rankOf(b.code) || (a.rootId < b.rootId ? -1 : 1));
  return first?.rootId ?? null;
}

/** The subjects of one incident explain together: what is about four ports may come from those four. */
function joinSubjects(explainers: readonly Explainer[]): readonly Explainer[] {
  const joined = new Map<string, Explainer>();
  for (const one of explainers) {
    const known = joined.get(one.rootId);
    const places = [...(known?.places ?? []), ...one.places];
    joined.set(one.rootId, { ...(known === undefined || isWorse(one.severity, known.severity) ? one : known), places });
  }
  return [...joined.values()];
}

/** The place of what a run looked at; none where it looked at ourselves. */
export function placesOf(subject: IncidentSubject): readonly Place[] {
  switch (subject.kind) {
    case 'endpoint':
      return [{ host: subject.endpoint.host, port: subject.endpoint.port }];
    case 'domain':
      return [{ host: subject.domain, port: null }];
    case 'zone':
      return [{ host: subject.zone, port: null }];
    case 'vantage':
      return [];
  }
}

/** `host:port`, or the name alone. */
export function placeText({ host, port }: Place): string {
  return port === null ? host : `${host}:${port}`;
}

/** The names that an explanation may be filed under: each name and every name above it. */
export function namesAbove(places: readonly Place[]): readonly string[] {
  const names = places.flatMap(({ host }) => {
    const labels = host.split('.');
    return labels.map((_, index) => labels.slice(index).join('.'));
  });
  return [...new Set(names)];
}
