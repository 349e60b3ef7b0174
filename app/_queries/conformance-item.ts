import type { ConformanceItem, PlaceItem } from '#components/conformance-table.tsx';
import { findingAnchor } from '#components/finding-list.tsx';
import type { Standing, StatementStanding } from '#lib/draft/conformance.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import type { Subject } from '#lib/model/finding.ts';
import type { Conformance } from './conformance.ts';
import { findingPlace } from './finding-place.ts';

const maxPlaces = 6;

/** The rows of a domain's conformance page. */
export function conformanceItems({ rows, endpoints }: Conformance): readonly ConformanceItem[] {
  const ids = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint.id]));
  return rows.map(({ statement, draft, current, against }) => {
    const places = against.map(({ code, subject }) => placeOf(code, subject, ids));
    const distinct = [...new Map(places.map((place) => [`${place.code} ${place.text}`, place])).values()];
    return {
      ...{ statement, draft, current },
      places: distinct.slice(0, maxPlaces),
      morePlaces: Math.max(0, distinct.length - maxPlaces),
    };
  });
}

function placeOf(code: string, subject: Subject, ids: ReadonlyMap<string, string>): PlaceItem {
  const endpointId = subject.kind === 'endpoint' ? (ids.get(endpointKey(subject.endpoint)) ?? null) : null;
  const { text, href } = findingPlace({ subject, endpointId });
  const address = subject.kind === 'endpoint' ? subject.address : null;
  return { code, text, href: `${href}#${findingAnchor({ code, address })}` };
}

const order: readonly Standing[] = [
  ...(['crit', 'fail', 'warn', 'inconclusive', 'not-looked-at', 'info', 'pass', 'n-a', 'superseded'] as const),
  ...(['needs-reports', 'needs-declaration', 'own-duty', 'client-duty', 'not-asked-for'] as const),
];

/** How many statements stand how by one rule pack, the worst first. */
export function countStandings(
  rows: readonly StatementStanding[],
  pack: 'draft' | 'current',
): readonly { readonly standing: Standing; readonly count: number }[] {
  return order.flatMap((standing) => {
    const count = rows.filter((row) => row[pack] === standing).length;
    return count === 0 ? [] : [{ standing, count }];
  });
}
