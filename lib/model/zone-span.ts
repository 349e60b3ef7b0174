import type { DenialProof, Dnssec, SignatureResult, Validation, ZoneLink } from './dnssec.ts';
import { failureFacts, piece, seenFacts, sorted, type SpanPiece } from './span.ts';
import type { ServerAnswer, ZoneObservation } from './zone-observation.ts';

/**
 * One run of a zone as what is stored. A zone that was only signed anew has the same facts: states, record sets, keys,
 * DS records and what each server says of them, without dates, TTLs, serial numbers and the names of denials.
 */
export function splitZoneObservation(observation: ZoneObservation): SpanPiece {
  const { questions, validations, parentNameServers, nameServers, servers, unresolved, opinions, clock } = observation;
  const facts = {
    questions,
    validations: validations.map(validationFacts),
    parentNameServers: parentNameServers === null ? null : sorted(parentNameServers),
    nameServers: nameServers === null ? null : sorted(nameServers),
    servers: sorted(
      servers.map(({ host, address, answers }) => ({ host, address, answers: answers.map(answerFacts) })),
    ),
    unresolved: sorted(unresolved.map(({ host, failure }) => ({ host, failure: failureFacts(failure) }))),
    opinions: opinions.map(({ question, answer }) => ({
      question,
      answer: seenFacts(answer, ({ rcode, ad, extendedErrors }) => ({ rcode, ad, codes: extendedErrors.map(codeOf) })),
    })),
    clock: clock.trusted,
  };
  return piece('zone', '', { facts, evidence: observation });
}

function validationFacts(validation: Validation): unknown {
  const { name, type, rcode, result, anchor, links, hops, records, signatures, wildcard, denial } = validation;
  return {
    name,
    type,
    rcode,
    result: stateFacts(result),
    anchor,
    links: links.map(linkFacts),
    hops: hops.map(({ kind, from, to, state }) => ({ kind, from, to, state: stateFacts(state) })),
    records: type === 'SOA' ? [] : sorted(records.map(withoutTtl)),
    signatures: signatureFacts(signatures),
    wildcard,
    denial: denialFacts(denial),
  };
}

function linkFacts({ zone, state, ds, dsSignatures, keys, keySignatures, denial }: ZoneLink): unknown {
  return {
    zone,
    state: stateFacts(state),
    ds: sorted(ds),
    dsSignatures: signatureFacts(dsSignatures),
    keys: sorted(keys),
    keySignatures: signatureFacts(keySignatures),
    denial: denialFacts(denial),
  };
}

function answerFacts({ question, answer }: ServerAnswer): unknown {
  return {
    question,
    answer: seenFacts(answer, ({ rcode, authoritative, records, signatures, dnssec, denial }) => ({
      rcode,
      authoritative,
      records: question.type === 'SOA' ? [] : sorted(records),
      signatures: signatureFacts(signatures),
      dnssec: stateFacts(dnssec),
      denial: denialFacts(denial),
    })),
  };
}

function stateFacts(state: Dnssec): unknown {
  switch (state.state) {
    case 'secure':
      return { state: state.state };
    case 'insecure':
      return { state: state.state, provenAt: state.provenAt, reason: state.reason };
    case 'bogus':
      return { state: state.state, at: state.at, reason: state.reason };
    case 'indeterminate':
      return { state: state.state, reason: state.reason };
  }
}

function signatureFacts(signatures: readonly SignatureResult[]): unknown {
  return sorted(
    signatures.map(({ type, signer, keyTag, algorithm, status }) => ({ type, signer, keyTag, algorithm, status })),
  );
}

/** The records of a proof move with every name that comes and goes, and with the salt. */
function denialFacts(denial: DenialProof | null): unknown {
  if (denial === null) return null;
  const { kind, mechanism, iterations, signatures } = denial;
  const statuses = new Set(signatures.map(({ status }) => status));
  return { kind, mechanism, iterations, statuses: sorted([...statuses]) };
}

/** `owner ttl class type data` without the TTL. */
function withoutTtl(record: string): string {
  return record.replace(/^(\S+) \d+ /, '$1 ');
}

/** The text behind the number may differ each time. */
function codeOf(extendedError: string): string {
  return extendedError.split(':', 1).join('');
}
