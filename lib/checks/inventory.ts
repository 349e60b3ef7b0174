import { findServiceRow, type EndpointTarget } from '../model/endpoint.ts';
import type { DomainCheck, JudgeContext, WatchedService } from './check.ts';
import { judgeWholeDomain, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { livenessOf } from './liveness.ts';
import { listParam, textParam } from './wording.ts';

const refs = [
  'draft-ietf-uta-email-deep-00 section 10.3',
  'draft-ietf-uta-email-deep-00 section 10.5',
  'checklist row 5',
  'checklist row 13',
];

/** Whether what an operator's inventory names and what is there are the same. */
export const inventory: DomainCheck = {
  id: 'inventory',
  subject: 'domain',
  findings: [
    {
      code: 'endpoint-undeclared',
      summary: 'An endpoint is there that the inventory does not name',
      refs,
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'domain', 70)} has endpoints that its inventory does not name`,
        expected: 'Every endpoint in the inventory of the domain',
        got: listParam(params, 'endpoints'),
        meaning:
          'Either somebody put up a server or changed a record without telling, or somebody leads your customers to a ' +
          'server that is not yours.',
        fix: 'Find out who did it. If it is right, add the endpoint to the inventory and import it; if not, take it down.',
      }),
    },
    {
      code: 'endpoint-vanished',
      summary: 'An endpoint of the inventory is gone',
      refs,
      confirmations: 2,
      text: (params) => ({
        title: `Endpoints in the inventory of ${textParam(params, 'domain', 70)} are gone`,
        expected: 'Every endpoint of the inventory alive, and in DNS as it was',
        got: listParam(params, 'endpoints', 140),
        meaning: 'Customers whose mail programs are set up with this server cannot use it.',
        fix: 'Bring the server or its record back. If it is retired, take it out of the inventory and import that.',
      }),
    },
  ],
  judge: (observation, context) =>
    judgeWholeDomain(observation, {
      'endpoint-undeclared': judgeUndeclared(context),
      'endpoint-vanished': judgeVanished(context),
    }),
};

function judgeUndeclared({ watched, inventoryDeclared }: JudgeContext): Decision {
  if (watched === undefined) return undecided;
  if (inventoryDeclared !== true) return notApplicable;
  const undeclared = watched.filter(({ declared }) => !declared);
  // A name that nobody promised and where nobody answers is no endpoint; what a person added by hand is known to a person.
  const news = undeclared.filter(({ origin, latest, advertised }) => {
    if (origin === 'manual') return false;
    return advertised || livenessOf(latest) === 'live';
  });
  const endpoints = news.map(({ target }) => show(target)).toSorted();
  return endpoints.length > 0 ? { verdict: 'warn', params: { endpoints } } : passed;
}

function judgeVanished({ watched, inventoryDeclared }: JudgeContext): Decision {
  if (watched === undefined) return undecided;
  if (inventoryDeclared !== true) return notApplicable;
  const states = watched.filter(({ declared }) => declared).map((item) => ({ item, why: vanishedWhy(item) }));
  const gone = states.flatMap(({ item, why }) =>
    why === null || why === 'unknown' ? [] : [`${show(item.target)}: ${why}`],
  );
  if (gone.length > 0) return { verdict: 'fail', params: { endpoints: gone.toSorted() } };
  return states.some(({ why }) => why === 'unknown') ? undecided : passed;
}

/** Null: it is there. */
function vanishedWhy({ latest, advertised, origin }: WatchedService): string | null {
  switch (livenessOf(latest)) {
    case 'dead':
      return 'nobody answers';
    case 'other':
      return 'something else answers';
    case 'unknown':
      return 'unknown';
    case 'live':
      return advertised || origin === 'manual' || origin === 'guess' ? null : 'alive, and no longer in DNS';
  }
}

function show(target: EndpointTarget): string {
  const title = findServiceRow(target.service, target.tlsMode)?.title ?? target.service;
  return `${target.host}:${target.port} (${title})`;
}
