import type { HostLatchesItem } from '#components/host-latches.tsx';
import { countClients, countTag, tagsOf } from '#lib/census/count-tags.ts';
import { addCoverage, canReport, silentLoginsADay } from '#lib/census/coverage.ts';
import { selectClients } from '#lib/census/selection.ts';
import type { Role } from '#lib/model/role.ts';
import { coverageDays, readCensusCube } from './census-cube.ts';
import { censusHref, lately, shownDays } from './census-filter.ts';
import { readPromisedTagsOf } from './promised-tags.ts';
import { showCount } from './show-count.ts';

/** What clients reported to hold of a host, as this role may see it, with the logins that nobody can tell of. */
export async function readHostLatches(
  host: string,
  { role, now }: { readonly role: Role; readonly now: Date },
): Promise<HostLatchesItem> {
  const cube = await readCensusCube(now);
  // A server that only its address names may be any of the names there.
  const servers = [...cube.classes.values()].map(({ server }) => server).filter(({ hosts }) => hosts.includes(host));
  const promises = await readPromisedTagsOf([...new Set([host, ...servers.flatMap(({ hosts }) => hosts)])]);
  const filter = { ...lately, host };
  const clients = selectClients(cube, { filter, promises, now: now.getTime() });
  const here = cube.coverage.filter(({ server }) => server.hosts.includes(host));
  const logins = addCoverage(here);
  return {
    tags: tagsOf(clients).map((tag) => {
      const { latched, presumed, supported } = countTag(clients, tag);
      return {
        tag,
        latched: showCount(latched, role),
        presumed: showCount(presumed, role),
        supported: showCount(supported, role),
        href: censusHref({ tag, filter }),
      };
    }),
    clients: showCount(countClients(clients), role),
    days: shownDays,
    coverage:
      logins === null
        ? null
        : { share: logins.spokeOfLatches / logins.logins, silentADay: silentLoginsADay(logins, coverageDays) },
    hasPop: here.some(({ server }) => !canReport(server.service)),
    href: censusHref({ tag: null, filter }),
  };
}
