import type { DomainObservation, SrvLookup } from '../model/observation.ts';
import { serviceTable, type Service } from '../model/endpoint.ts';
import type { DomainCheck, WatchedService } from './check.ts';
import { judgeWholeDomain, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { livenessOf, showTargets } from './liveness.ts';
import { listParam, textParam } from './wording.ts';

const refs = ['draft-ietf-uta-email-deep-00 section 10.4.2', 'draft-ietf-uta-email-deep-00 section 10.5'];

/** Whether SRV records say of a living service that it is there. That what they name is alive, its own checks say. */
export const srvDrift: DomainCheck = {
  id: 'srv-drift',
  subject: 'domain',
  findings: [
    {
      code: 'srv-missing',
      summary: 'A service that is alive has no SRV record',
      refs: [
        ...refs,
        'draft-ietf-uta-email-deep-00 section 8',
        'RFC 8314 section 4.5.2',
        'checklist row 18',
        'checklist row 61',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `Services of ${textParam(params, 'domain', 70)} are alive without SRV record`,
        expected: 'An SRV record for every service that customers use',
        got: listParam(params, 'services', 200),
        meaning:
          'Mail programs that set up an account by SRV records do not find the service. Customers type server names by ' +
          'hand or follow old instructions, and stay with what they typed for years.',
        fix: 'Publish the records, those of implicit TLS (_imaps, _pop3s, _submissions) with the lowest priority number.',
      }),
    },
    {
      code: 'srv-denied-but-alive',
      summary: 'An SRV record denies a service that is alive',
      refs: [...refs, 'RFC 2782', 'RFC 6186 section 3.4', 'checklist row 5', 'checklist row 18'],
      confirmations: 1,
      text: (params) => ({
        title: `SRV records of ${textParam(params, 'domain', 60)} deny services that are alive`,
        expected: 'The target "." only where the service is not offered',
        got: listParam(params, 'services', 200),
        meaning:
          'Mail programs are told that the service does not exist and do not offer it, while others that were set up by ' +
          'hand go on using it.',
        fix: 'Name the server in the SRV record, or switch the service off, whichever is meant.',
      }),
    },
    {
      code: 'srv-names-not-all',
      summary: 'A service that is alive is not among those that SRV records name',
      refs: [...refs, 'checklist row 5'],
      confirmations: 1,
      text: (params) => ({
        title: `Live services of ${textParam(params, 'domain', 60)} that no SRV record names`,
        expected: 'SRV records that name every server which customers are meant to use',
        got: listParam(params, 'services', 200),
        meaning:
          'Whoever uses these servers has their names from elsewhere. After a change of the SRV records they stay behind ' +
          'unseen.',
        fix: 'Name the server in the SRV records, or retire it once nobody uses it.',
      }),
    },
  ],
  judge: (observation, { watched }) =>
    judgeWholeDomain(observation, {
      'srv-missing': judgeMissing(observation, watched),
      'srv-denied-but-alive': judgeDenied(observation, watched),
      'srv-names-not-all': judgeOthers(observation, watched),
    }),
};

type Watched = readonly WatchedService[] | undefined;

/** Services that have SRV labels for both ways of TLS. */
const clientServices: readonly Service[] = ['imap', 'pop3', 'submission'];

/**
 * Of each service, a record for one way of TLS is enough where STARTTLS is what is left out: that is good practice.
 * Implicit TLS that is alive must be told.
 */
function judgeMissing({ srv }: DomainObservation, watched: Watched): Decision {
  if (watched === undefined) return undecided;
  const missing: string[] = [];
  let complete = true;
  for (const service of clientServices) {
    const labels = labelsOf(srv, service);
    const [implicit] = labels;
    if (implicit === undefined || labels.some(({ lookup }) => lookup.state === 'unseen')) {
      complete = false;
      continue;
    }
    const silent = labels.every(({ lookup }) => lookup.state === 'absent');
    const checked = silent ? labels : implicit.lookup.state === 'absent' ? [implicit] : [];
    for (const { label, tlsMode } of checked) {
      const here = watched.filter(({ target }) => target.service === service && target.tlsMode === tlsMode);
      const live = here.filter(({ latest }) => livenessOf(latest) === 'live');
      if (live.length > 0) missing.push(`no ${label} for ${showTargets(live.map(({ target }) => target)).join(' ')}`);
      else if (here.some(({ latest }) => livenessOf(latest) === 'unknown')) complete = false;
    }
  }
  return decide('warn', missing, complete);
}

function judgeDenied({ srv }: DomainObservation, watched: Watched): Decision {
  if (watched === undefined) return undecided;
  const denied = readLabels(srv).filter(({ lookup }) => lookup.state === 'denied');
  let complete = !readLabels(srv).some(({ lookup }) => lookup.state === 'unseen');
  const wrong = denied.flatMap(({ label, service, tlsMode }) => {
    const here = watched.filter(({ target }) => target.service === service && target.tlsMode === tlsMode);
    if (here.some(({ latest }) => livenessOf(latest) === 'unknown')) complete = false;
    const live = here.filter(({ latest }) => livenessOf(latest) === 'live');
    return live.length === 0 ? [] : [`${label} "." for ${showTargets(live.map(({ target }) => target)).join(' ')}`];
  });
  return decide('fail', wrong, complete);
}

function judgeOthers({ srv }: DomainObservation, watched: Watched): Decision {
  if (watched === undefined) return undecided;
  const named = readLabels(srv).filter(({ lookup }) => lookup.state === 'named');
  if (named.length === 0) return notApplicable;
  const others = named.flatMap(({ label, service, tlsMode, lookup }) => {
    const live = watched.filter(
      ({ target, latest }) =>
        target.service === service &&
        target.tlsMode === tlsMode &&
        !lookup.targets.includes(`${target.host}:${target.port}`) &&
        livenessOf(latest) === 'live',
    );
    return live.length === 0 ? [] : [`not in ${label}: ${showTargets(live.map(({ target }) => target)).join(' ')}`];
  });
  return decide('info', others, true);
}

function decide(verdict: 'info' | 'warn' | 'fail', lines: readonly string[], complete: boolean): Decision {
  if (lines.length > 0) return { verdict, params: { services: lines } };
  return complete ? passed : undecided;
}

interface Label {
  readonly label: string;
  readonly service: Service;
  readonly tlsMode: 'implicit' | 'starttls';
  readonly lookup: {
    readonly state: 'named' | 'denied' | 'absent' | 'unseen';
    readonly targets: readonly string[];
  };
}

/** Of one service, implicit TLS first. */
function labelsOf(srv: readonly SrvLookup[], service: Service): readonly Label[] {
  return readLabels(srv).filter((label) => label.service === service);
}

function readLabels(srv: readonly SrvLookup[]): readonly Label[] {
  return serviceTable.flatMap(({ service, tlsMode, srvLabel }) => {
    if (srvLabel === null || !clientServices.includes(service)) return [];
    const lookup = srv.find(({ label }) => label === srvLabel)?.lookup;
    return [{ label: srvLabel, service, tlsMode, lookup: readLookup(lookup) }];
  });
}

function readLookup(lookup: SrvLookup['lookup'] | undefined): Label['lookup'] {
  if (lookup?.ok !== true) {
    const state = lookup?.ok === false && lookup.failure.reason === 'nxdomain' ? 'absent' : 'unseen';
    return { state, targets: [] };
  }
  const { records } = lookup.facts;
  if (records.length === 0) return { state: 'absent', targets: [] };
  const offered = records.filter(({ target }) => target !== '.');
  const targets = offered.map(({ target, port }) => `${target.toLowerCase()}:${port}`);
  return { state: offered.length === 0 ? 'denied' : 'named', targets };
}
