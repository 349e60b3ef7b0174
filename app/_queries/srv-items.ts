import type { SrvItem } from '#components/srv-table.tsx';
import { realityOf, realityWithoutTarget, type Reality } from '#lib/evidence/srv-reality.ts';
import { serviceTable, type ServiceRow } from '#lib/model/endpoint.ts';
import type { SeenDomain } from './discoveries.ts';
import type { MetServer } from './met-servers.ts';

type SeenSrv = SeenDomain['srv'][number];

/** What SRV records say of each service, beside what is there. */
export function srvItems(seen: SeenDomain, servers: readonly MetServer[]): readonly SrvItem[] {
  return seen.srv.flatMap((one) => {
    const service = serviceTable.find(({ srvLabel }) => srvLabel === one.label);
    return service === undefined ? [] : itemsOf(one, service, servers);
  });
}

function itemsOf({ owner, lookup }: SeenSrv, row: ServiceRow, servers: readonly MetServer[]): readonly SrvItem[] {
  const common = { service: row.title, owner };
  const none = { ...common, target: null, rank: null };
  if (!lookup.ok) {
    const why = `could not be looked up: ${lookup.failure.reason}`;
    const reality: Reality = { state: 'unknown', lines: ['what clients are told is not known'] };
    return [{ ...none, said: why, ttlSeconds: null, dnssec: null, ad: null, href: null, reality }];
  }
  const { records, ttlSeconds, dnssec, ad } = lookup.facts;
  const answer = { ttlSeconds, dnssec: dnssec?.state ?? null, ad };
  const offered = records.filter(({ target }) => target !== '.');
  if (offered.length === 0) {
    const alive = servers.filter(({ target, met }) => isOf(row, target) && met.some(({ greeted }) => greeted));
    const told = records.length === 0 ? 'absent' : 'not-offered';
    const said = told === 'absent' ? 'no record' : 'not offered (target “.”)';
    const reality = realityWithoutTarget(
      told,
      alive.map(({ target: { host, port } }) => `${host}:${String(port)}`),
    );
    return [{ ...none, said, ...answer, href: null, reality }];
  }
  return offered.map(({ target: host, port, priority, weight }) => {
    const server = servers.find(
      ({ target }) => isOf(row, target) && target.host === host.toLowerCase() && target.port === port,
    );
    return {
      ...common,
      said: null,
      target: `${host}:${String(port)}`,
      rank: { priority, weight },
      ...answer,
      href: server === undefined ? null : `/endpoints/${server.id}`,
      reality: realityOf({ host, tlsMode: row.tlsMode }, server?.met ?? null),
    };
  });
}

function isOf(row: ServiceRow, { service, tlsMode }: Pick<ServiceRow, 'service' | 'tlsMode'>): boolean {
  return row.service === service && row.tlsMode === tlsMode;
}
