import { readSessionStatus, type AdvertisedStatus } from '../deep/session-status.ts';
import { provableTags } from '../deep/tags.ts';
import type { Params } from '../model/finding.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, JudgeContext } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import {
  decideByPack,
  judgeSeenAddresses,
  judgeWholeEndpoint,
  notApplicable,
  passed,
  superseded,
  undecided,
} from './decision.ts';
import { standingOf } from './standing.ts';
import { hostParam, listParam, textParam } from './wording.ts';

const codes = [
  'deep-not-offered',
  'deep-status-missing',
  'deep-status-defective',
  'deep-status-alias',
  'deep-status-incomplete',
  'deep-status-differs-starttls',
  'deep-unknown-tag',
] as const;
type Code = (typeof codes)[number];

const latchMeaning =
  'Mail clients that know DEEP read the status, remember its tags for this host and refuse to connect later when one of them is not kept.';

/** Whether a server announces a DEEP status as the draft has it, the same at every address (draft sections 5.3 and 7). */
export const deepStatus: EndpointCheck = {
  id: 'deep-status',
  subject: 'endpoint',
  findings: [
    {
      code: 'deep-not-offered',
      summary: 'A server for mail clients does not announce DEEP',
      refs: [
        'draft-ietf-uta-email-deep-00 section 9.2',
        'draft-ietf-uta-email-deep-00 section 10.1',
        'checklist row 8',
        'checklist row 27',
        'checklist row 31',
        'checklist row 32',
        'checklist row 35',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} does not announce DEEP`,
        expected:
          params.declared === true
            ? 'DEEP among the capabilities, as declared for this endpoint'
            : 'DEEP among the capabilities',
        got: `Capabilities: ${listParam(params, 'capabilities', 40)}`,
        meaning:
          params.declared === true
            ? `${latchMeaning} New clients learn nothing here any more, and those that latched a tag keep it.`
            : 'Clients latch nothing from this server. No mail server in wide use speaks DEEP without being told to, so this is only a note.',
        fix:
          params.declared === true
            ? 'Put DEEP back into the configuration of the server, or take the declaration back if it was meant to end. Clients that hold a tag are not released by that.'
            : 'Nothing, unless you want clients to latch. With Dovecot 2.3, imap_capability = +DEEP and imap_id_send announce a status; watch first whether every tag can be kept.',
      }),
    },
    {
      code: 'deep-status-missing',
      summary: 'A server announces DEEP and gives no status',
      refs: [
        'draft-ietf-uta-email-deep-00 section 5.3',
        'draft-ietf-uta-email-deep-00 section 7.1',
        'checklist row 30',
        'checklist row 35',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} announces DEEP but gives no status`,
        expected: 'A field deep in the answer to ID, before login; its list may be empty',
        got:
          params.refused === true
            ? 'The server refused ID'
            : `Fields of the answer: ${listParam(params, 'fields', 30)}`,
        meaning:
          'Clients that know DEEP ask for the status and get none. What they latched before stays; new ones learn nothing.',
        fix: 'Let the server answer ID before login with the field deep. With Dovecot 2.3 that is imap_id_send = name * deep "tls12 tls-cert".',
      }),
    },
    {
      code: 'deep-status-defective',
      summary: 'A DEEP status has words that clients cannot read',
      refs: ['draft-ietf-uta-email-deep-00 section 5.3', 'checklist row 34'],
      confirmations: 1,
      text: (params) => ({
        title: `DEEP status of ${hostParam(params)} has words that clients cannot read`,
        expected: 'Tags, one https URL in angle brackets and extensions, separated by single spaces',
        got: `${listParam(params, 'defects', 120)}. The status: ${textParam(params, 'status')}`,
        meaning:
          'What one client skips, another may take for something else. A tag that is written wrongly is promised to nobody.',
        fix: 'Correct the status in the configuration of the server and look at what it sends, quotes included.',
      }),
    },
    {
      code: 'deep-status-alias',
      summary: 'The DEEP status stands under the name that only the examples of the draft use',
      refs: ['draft-ietf-uta-email-deep-00 section 7.1', 'checklist row 30'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} gives its DEEP status as deep-status only`,
        expected: 'The field deep, as the text of the draft has it; deep-status beside it does no harm',
        got: 'The field deep-status, as in the examples of the draft',
        meaning: 'Clients that were built from the text of the draft do not find the status and latch nothing.',
        fix: 'Send both fields with the same value.',
      }),
    },
    {
      code: 'deep-status-incomplete',
      summary: 'A DEEP status lacks what a provider should advertise',
      refs: ['draft-ietf-uta-email-deep-00 section 10.6', 'checklist row 23'],
      confirmations: 1,
      text: (params) => ({
        title: `DEEP status of ${hostParam(params)} lacks ${listParam(params, 'missing', 30)}`,
        expected: 'tls10 (or tls12), tls-cert and an https URL for bad days',
        got: `The status: ${textParam(params, 'status')}`,
        meaning: 'Clients latch less than they could. Without a URL they have no page to show when a connection fails.',
        fix: 'Add what is missing once every address can keep it. A tag that was advertised once binds the host for good: check its proof first.',
      }),
    },
    {
      code: 'deep-status-differs-starttls',
      summary: 'The DEEP status before STARTTLS is another one than after it',
      refs: ['draft-ietf-uta-email-deep-00 section 11.7', 'checklist row 37'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} gives another DEEP status before STARTTLS`,
        expected: `The same as after STARTTLS: ${textParam(params, 'after')}`,
        got: textParam(params, 'before'),
        meaning: 'The draft allows it. Clients believe only what they read after TLS, so nobody is affected.',
        fix: 'Nothing needs to be done. One status for both is easier to check.',
      }),
    },
    {
      code: 'deep-unknown-tag',
      summary: 'A DEEP status has tags that nobody can prove from outside',
      refs: ['draft-ietf-uta-email-deep-00 section 11.1', 'checklist row 34'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} advertises ${listParam(params, 'tags', 30).slice(0, 50)}`,
        expected: 'tls10, tls12, tls-cert or tls-dane-tlsa',
        got: `Unknown tags: ${listParam(params, 'tags', 64)}`,
        meaning:
          'The list of tags is open. Clients that know such a tag latch it; Latchwatch keeps it in the ledger and cannot tell whether it is kept.',
        fix: 'Make sure that the tag is written as you mean it, and that somebody watches over what it promises.',
      }),
    },
    {
      code: 'deep-status-differs-addresses',
      summary: 'Addresses of one host give different DEEP statuses',
      refs: [
        'draft-ietf-uta-email-deep-00 section 5.1',
        'draft-ietf-uta-email-deep-00 section 10.6',
        'checklist row 37',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `Addresses of ${hostParam(params)} give different DEEP statuses`,
        expected: `The same status at every address, as at ${listParam(params, 'siblings')}: ${textParam(params, 'common')}`,
        got: listParam(params, 'differences', 120),
        meaning:
          'A latch binds the host, not the address. Clients that met the longer list require it of the other addresses too, and which one they get is chance.',
        fix: 'Bring the configuration of all addresses together. Leave the longest list: taking a tag back releases nobody.',
      }),
    },
  ],
  judge: (observation, context) => {
    if (!speaksDeep(observation)) {
      const outside = Object.fromEntries(
        [...codes, 'deep-status-differs-addresses'].map((code) => [code, notApplicable]),
      );
      return judgeWholeEndpoint(observation, outside);
    }
    return [
      ...judgeSeenAddresses(observation, codes, (session) => decide(observation, session, context)),
      ...judgeWholeEndpoint(observation, { 'deep-status-differs-addresses': compareAddresses(observation, context) }),
    ];
  },
};

/** The draft has DEEP for IMAP, POP3 and submission (section 7). */
function speaksDeep({ endpoint: { service } }: EndpointObservation): boolean {
  return service === 'imap' || service === 'pop3' || service === 'submission';
}

function decide({ endpoint }: EndpointObservation, session: AddressSession, context: JudgeContext): Decisions<Code> {
  const { announced, before, after } = readSessionStatus(endpoint.service, session);
  const capabilities = session.capabilitiesAfterTls ?? (session.failure === null ? [] : null);
  if (capabilities === null) return mapCodes(undecided);
  if (!announced) {
    return { ...mapCodes(notApplicable), 'deep-not-offered': notOffered(capabilities, context) };
  }
  if (after === null)
    return { ...mapCodes(notApplicable), 'deep-not-offered': passed, 'deep-status-missing': missing(session) };
  return {
    'deep-not-offered': passed,
    'deep-status-missing': passed,
    'deep-status-defective': defective(after),
    'deep-status-alias': after.field === 'deep-status' ? { verdict: 'info' } : passed,
    'deep-status-incomplete': incomplete(after),
    'deep-status-differs-starttls': differsBefore(before, after),
    'deep-unknown-tag': unknownTags(after),
  };
}

function mapCodes(decision: Decision): Decisions<Code> {
  return {
    'deep-not-offered': decision,
    'deep-status-missing': decision,
    'deep-status-defective': decision,
    'deep-status-alias': decision,
    'deep-status-incomplete': decision,
    'deep-status-differs-starttls': decision,
    'deep-unknown-tag': decision,
  };
}

function notOffered(capabilities: readonly string[], { declaration }: JudgeContext): Decision {
  const params: Params = { capabilities: capabilities.slice(0, 20).map((text) => text.slice(0, 60)) };
  switch (declaration?.expectsDeep ?? null) {
    case true:
      return { verdict: 'fail', params: { ...params, declared: true } };
    case false:
      return notApplicable;
    case null:
      // RFC 8314 has no DEEP: today nobody expects it.
      return decideByPack({ draft: 'info', current: 'n-a' }, { ...params, declared: false });
  }
}

function missing({ identityAfterTls = null, failure }: AddressSession): Decision {
  if (failure !== null) return undecided;
  const fields = (identityAfterTls ?? []).map(([key]) => key);
  return { verdict: 'fail', params: { refused: identityAfterTls === null, fields } };
}

function defective({ status }: AdvertisedStatus): Decision {
  const defects = status.defects.map((defect) => defect.slice(0, 160)).slice(0, 10);
  return defects.length === 0 ? passed : { verdict: 'warn', params: { defects, status: status.text.slice(0, 300) } };
}

/** The draft asks for tls10; today tls12 says more. */
function incomplete({ status }: AdvertisedStatus): Decision {
  const has = (tag: string): boolean => status.tags.some((one) => one.tag === tag);
  const always = [...(has('tls-cert') ? [] : ['tls-cert']), ...(status.urls.length > 0 ? [] : ['a URL'])];
  const missingDraft = [...(has('tls10') ? [] : ['tls10']), ...always];
  const missingToday = [...(has('tls10') || has('tls12') ? [] : ['tls12']), ...always];
  if (missingDraft.length === 0) return passed;
  return decideByPack(
    { draft: 'warn', current: missingToday.length === 0 ? 'pass' : 'warn' },
    { missing: missingDraft, status: status.text.slice(0, 300) || 'empty' },
  );
}

function differsBefore(before: AdvertisedStatus | null, after: AdvertisedStatus): Decision {
  if (before === null) return passed;
  const [first, second] = [describe(before), describe(after)];
  return first === second ? passed : { verdict: 'info', params: { before: first, after: second } };
}

function unknownTags({ status }: AdvertisedStatus): Decision {
  const known: readonly string[] = provableTags;
  const tags = status.tags.map(({ tag }) => tag).filter((tag) => !known.includes(tag));
  return tags.length === 0 ? passed : { verdict: 'info', params: { tags } };
}

function compareAddresses(observation: EndpointObservation, { mixedAddresses = [] }: JudgeContext): Decision {
  const { endpoint, sessions } = observation;
  // Behind a mixed address unlike servers answer in turn, which has a finding of its own.
  const steady = sessions.filter(({ address }) => !mixedAddresses.includes(address));
  if (steady.length < sessions.length && steady.length < 2) return superseded;
  const told = steady.flatMap((session) => {
    if (standingOf(endpoint, session) !== 'seen') return [];
    if (session.capabilitiesAfterTls === null && session.failure !== null) return [];
    const { after } = readSessionStatus(endpoint.service, session);
    return [
      {
        address: session.address,
        status: after === null ? 'none' : describe(after),
        size: after?.status.tags.length ?? -1,
      },
    ];
  });
  if (told.every(({ size }) => size === -1)) return told.length === steady.length ? notApplicable : undecided;
  const count = (status: string): number => told.filter((one) => one.status === status).length;
  const [common] = told.toSorted((a, b) => count(b.status) - count(a.status) || b.size - a.size);
  const odd = told.filter(({ status }) => status !== common?.status);
  if (common === undefined) return undecided;
  if (odd.length === 0) return told.length === steady.length ? passed : undecided;
  return {
    verdict: 'fail',
    params: {
      odd: odd.map(({ address }) => address),
      siblings: told.filter(({ status }) => status === common.status).map(({ address }) => address),
      common: common.status.slice(0, 300),
      differences: odd.map(({ address, status }) => `${address} has ${status}`.slice(0, 300)),
    },
  };
}

/** The parts that bind, in one order: a status may list its tags in any. */
function describe({ status: { tags, urls } }: AdvertisedStatus): string {
  const listed = [...tags.map(({ tag }) => tag).toSorted(), ...urls.slice(0, 1).map((url) => `<${url}>`)];
  return listed.length === 0 ? 'an empty list' : listed.join(' ');
}
