import { z } from 'zod';
import { dnssecStates } from '#lib/model/dnssec.ts';
import type { Dnssec, SignatureResult, Validation } from '#lib/model/dnssec.ts';
import type { ServerAnswer, ZoneObservation, ZoneServer } from '#lib/model/zone-observation.ts';
import type { ZoneEvidence, ZoneRecord } from '#app/_queries/zones.ts';
import { failureAnswer, listed, named, when } from './answer-schema.ts';
import { findingAnswer, findingJson } from './finding-json.ts';
import { zoneAnswer, zoneJson } from './zone-json.ts';

const dnssecAnswer = named(
  'Dnssec',
  'One of four states, with the reason of those that have one.',
  z.object({
    state: z.enum(dnssecStates),
    reason: z.string().nullable().describe('New versions may add values.'),
    at: z.string().nullable(),
    expires_at: when.nullable(),
  }),
);
const question = { name: z.string(), type: z.string() };

export const zoneDetailAnswer = named(
  'ZoneDetail',
  'A zone with its findings and what the latest run saw.',
  zoneAnswer.extend({
    findings: listed(findingAnswer),
    observation: z
      .object({
        seen_at: when,
        vantage: z.string(),
        clock_trusted: z.boolean(),
        unasked: z.int().describe('Questions that there was no time for.'),
        parent_name_servers: listed(z.string()).nullable(),
        name_servers: listed(z.string()).nullable(),
        unresolved: listed(z.object({ host: z.string(), failure: failureAnswer })),
        answers: listed(
          z.object({
            ...question,
            rcode: z.string().nullable(),
            dnssec: dnssecAnswer,
            extended_error: z.int().nullable().describe('RFC 8914.'),
            records: listed(z.string()),
            signatures: listed(
              z.object({
                owner: z.string(),
                type: z.string(),
                signer: z.string(),
                key_tag: z.int(),
                algorithm: z.int(),
                not_before: when,
                not_after: when,
                status: z.string(),
              }),
            ),
            chain: listed(
              z.object({
                zone: z.string(),
                dnssec: dnssecAnswer,
                ds: listed(
                  z.object({ key_tag: z.int(), algorithm: z.int(), digest_type: z.int(), status: z.string() }),
                ),
                key_tags: listed(z.int()),
              }),
            ),
          }),
        ),
        servers: listed(
          z.object({
            host: z.string(),
            address: z.string(),
            answers: listed(
              z.object({
                ...question,
                failure: failureAnswer.nullable(),
                rcode: z.string().optional(),
                authoritative: z.boolean().optional(),
                transport: z.string().optional(),
                records: listed(z.string()).optional(),
                serial: z.int().nullable().optional(),
                dnssec: dnssecAnswer.optional(),
                first_signature_expires_at: when.nullable().optional(),
              }),
            ),
          }),
        ),
        resolver: listed(
          z.object({
            ...question,
            server: z.string(),
            failure: failureAnswer.nullable(),
            rcode: z.string().nullable(),
            ad: z.boolean().nullable(),
            extended_errors: listed(z.string()),
          }),
        ),
      })
      .nullable(),
  }),
);

/** One of four states, with the reason of those that have one. */
function dnssecJson(dnssec: Dnssec) {
  switch (dnssec.state) {
    case 'secure':
      return { state: dnssec.state, reason: null, at: null, expires_at: instant(dnssec.expiresAt) };
    case 'insecure':
      return { state: dnssec.state, reason: dnssec.reason, at: dnssec.provenAt, expires_at: null };
    case 'bogus':
      return { state: dnssec.state, reason: dnssec.reason, at: dnssec.at, expires_at: null };
    case 'indeterminate':
      return { state: dnssec.state, reason: dnssec.reason, at: null, expires_at: null };
  }
}

function instant(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}

function signatureJson({ owner, type, signer, keyTag, algorithm, inception, expiration, status }: SignatureResult) {
  return {
    owner,
    type,
    signer,
    key_tag: keyTag,
    algorithm,
    not_before: new Date(inception),
    not_after: new Date(expiration),
    status,
  };
}

function validationJson({ name, type, rcode, result, extendedError, records, signatures, links }: Validation) {
  return {
    name,
    type,
    rcode,
    dnssec: dnssecJson(result),
    extended_error: extendedError,
    records,
    signatures: signatures.map(signatureJson),
    chain: links.map(({ zone, state, ds, keys }) => ({
      zone,
      dnssec: dnssecJson(state),
      ds: ds.map(({ keyTag, algorithm, digestType, status }) => ({
        key_tag: keyTag,
        algorithm,
        digest_type: digestType,
        status,
      })),
      key_tags: keys.map(({ keyTag }) => keyTag),
    })),
  };
}

function answerJson({ question, answer }: ServerAnswer) {
  if (!answer.ok) return { ...question, failure: answer.failure };
  const { rcode, authoritative, transport, records, soa, dnssec, signatures } = answer.facts;
  const expirations = signatures.map(({ expiration }) => expiration);
  return {
    ...question,
    failure: null,
    rcode,
    authoritative,
    transport,
    records,
    serial: soa?.serial ?? null,
    dnssec: dnssecJson(dnssec),
    first_signature_expires_at: expirations.length === 0 ? null : new Date(Math.min(...expirations)),
  };
}

function serverJson({ host, address, answers }: ZoneServer) {
  return { host, address, answers: answers.map(answerJson) };
}

function observationJson(observation: ZoneObservation) {
  return {
    seen_at: new Date(observation.finishedAt),
    vantage: observation.vantage,
    clock_trusted: observation.clock.trusted,
    unasked: observation.unasked ?? 0,
    parent_name_servers: observation.parentNameServers,
    name_servers: observation.nameServers,
    unresolved: observation.unresolved,
    answers: observation.validations.map(validationJson),
    servers: observation.servers.map(serverJson),
    resolver: observation.opinions.map(({ question, server, answer }) => ({
      ...question,
      server,
      failure: answer.ok ? null : answer.failure,
      rcode: answer.ok ? answer.facts.rcode : null,
      ad: answer.ok ? answer.facts.ad : null,
      extended_errors: answer.ok ? answer.facts.extendedErrors : [],
    })),
  };
}

/** One zone with its findings and what the latest run saw. */
export function zoneDetailJson(zone: ZoneRecord, { observation, findings }: ZoneEvidence) {
  return {
    ...zoneJson(zone),
    findings: findings.map(findingJson),
    observation: observation === null ? null : observationJson(observation),
  };
}
