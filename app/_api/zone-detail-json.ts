import type { Dnssec, SignatureResult, Validation } from '#lib/model/dnssec.ts';
import type { ServerAnswer, ZoneObservation, ZoneServer } from '#lib/model/zone-observation.ts';
import type { ZoneEvidence, ZoneRecord } from '#app/_queries/zones.ts';
import { findingJson } from './finding-json.ts';
import { zoneJson } from './zone-json.ts';

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
