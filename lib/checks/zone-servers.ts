import type { ZoneObservation, ZoneServer } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import { oneServerMeans } from './consequences.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, passed, undecided } from './decision.ts';
import { listParam } from './wording.ts';
import { isUsable, serversInView, standingOfServer } from './zone-view.ts';
import { mostLines, showQuestion, showServer, zoneParam } from './zone-wording.ts';

/** Whether every name server of a zone can be found, answers, and speaks for the zone. */
export const zoneServers: ZoneCheck = {
  id: 'zone-servers',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'server-lame',
      summary: 'A name server does not speak for a zone that is delegated to it',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.5',
        'RFC 1912 section 2.8',
        'checklist row 6',
        'checklist row 26',
      ],
      confirmations: 2,
      text: (params) => ({
        title: `A name server of ${zoneParam(params)} does not speak for the zone`,
        expected: 'Answers with authority (AA) from every name server that the delegation names',
        got: listParam(params, 'lame', 200),
        meaning: oneServerMeans,
        fix:
          'Load the zone on that server, or repair its transfer: a secondary that lost its primary for longer than the ' +
          'SOA expire stops serving the zone. If the server is not meant to serve it, remove it from the delegation.',
      }),
    },
    {
      code: 'server-silent',
      summary: 'A name server of a zone does not answer',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 2182 section 3', 'checklist row 6', 'checklist row 26'],
      confirmations: 2,
      text: (params) => ({
        title: `${params.all === true ? 'No' : 'A'} name server of ${zoneParam(params)} ${params.all === true ? 'answers' : 'does not answer'}`,
        expected: 'An answer from every name server, over UDP and TCP port 53',
        got: `No answer from ${listParam(params, 'silent', 200)}`,
        meaning:
          params.all === true
            ? 'Nobody can look up the names of this zone any more, apart from what is still in caches.'
            : 'Lookups take longer while resolvers try it, and one spare server fewer is left.',
        fix: 'See whether the server runs, and whether a firewall lets UDP and TCP port 53 through to this address.',
      }),
    },
    {
      code: 'delegation-differs',
      summary: 'The parent zone and the zone itself name different name servers',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 1034 section 4.2.2', 'checklist row 6'],
      confirmations: 1,
      text: (params) => ({
        title: `Name servers of ${zoneParam(params)} differ between the zone and its parent`,
        expected: 'The same NS records in the zone and in its parent',
        got: `Only at the parent: ${listParam(params, 'onlyParent')}. Only in the zone: ${listParam(params, 'onlyZone')}.`,
        meaning:
          'Resolvers find the zone by the list of the parent. A server that was left there after a move gives old ' +
          'answers, and one that is missing there is seldom asked.',
        fix: 'Have the delegation at the registrar changed to the NS records of the zone, or correct those.',
      }),
    },
    {
      code: 'name-server-unresolved',
      summary: 'A name server of a zone has no address',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 1912 section 2.8', 'checklist row 6'],
      confirmations: 1,
      text: (params) => ({
        title: `A name server of ${zoneParam(params)} has no address`,
        expected: 'A or AAAA records for every name in the NS set',
        got: listParam(params, 'hosts', 200),
        meaning: 'Resolvers that pick this server lose time, and one spare server fewer is left.',
        fix: 'Correct the name in the NS records and at the registrar, or give it an address.',
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeZone(observation, {
      'server-lame': judgeLame(observation),
      'server-silent': judgeSilent(observation),
      'delegation-differs': judgeDelegation(observation),
      'name-server-unresolved': judgeAddresses(observation),
    }),
};

function judgeLame(observation: ZoneObservation): Decision {
  const servers = serversInView(observation);
  const lame = servers.flatMap((server) => {
    const says = describeLame(observation.zone, server);
    return says.length === 0 ? [] : [`${showServer(server)} ${says.join(', ')}`];
  });
  if (lame.length > 0) return { verdict: 'fail', params: { lame: lame.slice(0, mostLines) } };
  const seen = servers.length > 0 && servers.every((server) => standingOfServer(observation, server) === 'answering');
  return seen ? passed : undecided;
}

function describeLame(zone: string, { answers }: ZoneServer): readonly string[] {
  return answers.flatMap(({ question, answer }) => {
    // A server that fails at TLSA alone is the matter of another check.
    if (!answer.ok || question.type === 'TLSA') return [];
    const { rcode, authoritative, soa } = answer.facts;
    if (!isUsable(rcode)) return [`says ${rcode} to ${showQuestion(question)}`];
    if (question.type !== 'SOA' || question.name !== zone) return [];
    if (!authoritative) return ['answers without authority'];
    return soa === null ? ['has no SOA record of the zone'] : [];
  });
}

function judgeSilent(observation: ZoneObservation): Decision {
  const servers = serversInView(observation);
  const standings = servers.map((server) => ({ server, standing: standingOfServer(observation, server) }));
  const silent = standings.filter(({ standing }) => standing === 'silent').map(({ server }) => showServer(server));
  if (silent.length > 0) {
    const all = silent.length === servers.length;
    if (all && !isOursToSee(observation)) return undecided;
    return { verdict: all ? 'crit' : 'warn', params: { silent: silent.slice(0, mostLines), all } };
  }
  return servers.length > 0 && standings.every(({ standing }) => standing === 'answering') ? passed : undecided;
}

/**
 * Whether silence of all servers is theirs. Not where the names still resolve: then port 53 is closed between them and
 * us. Nor where not even the zones above were seen.
 */
function isOursToSee({ zone, validations }: ZoneObservation): boolean {
  const decided = validations.some(({ result }) => result.state !== 'indeterminate');
  return !decided && validations.some(({ links }) => links.some((link) => link.zone !== zone));
}

function judgeDelegation({ parentNameServers, nameServers }: ZoneObservation): Decision {
  if (parentNameServers === null || nameServers === null) return undecided;
  const [parent, zone] = [parentNameServers.map(normalise), nameServers.map(normalise)];
  const onlyParent = parent.filter((host) => !zone.includes(host));
  const onlyZone = zone.filter((host) => !parent.includes(host));
  if (onlyParent.length === 0 && onlyZone.length === 0) return passed;
  return {
    verdict: 'warn',
    params: { onlyParent: onlyParent.slice(0, mostLines), onlyZone: onlyZone.slice(0, mostLines) },
  };
}

function judgeAddresses({ unresolved }: ZoneObservation): Decision {
  const missing = unresolved.flatMap(({ host, failure: { reason } }) => {
    if (reason === 'nxdomain') return [`${host}: there is no such name`];
    return reason === 'no-address' ? [`${host}: has neither A nor AAAA records`] : [];
  });
  if (missing.length > 0) return { verdict: 'warn', params: { hosts: missing.slice(0, mostLines) } };
  return unresolved.length === 0 ? passed : undecided;
}

function normalise(host: string): string {
  return host.toLowerCase().replace(/(?<=.)\.$/, '');
}
