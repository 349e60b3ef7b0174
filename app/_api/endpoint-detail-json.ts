import { z } from 'zod';
import { chainItems } from '#app/_queries/chain-item.ts';
import type { DeclarationRecord } from '#app/_queries/declarations.ts';
import type { EndpointEvidence } from '#app/_queries/endpoint-evidence.ts';
import type { EndpointRecord } from '#app/_queries/endpoints.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { FindingRecord } from '#app/_queries/findings.ts';
import { facts, failureAnswer, listed, named, when } from './answer-schema.ts';
import { declarationAnswer, declarationJson } from './declaration-json.ts';
import { endpointAnswer, endpointJson } from './endpoint-json.ts';
import { findingAnswer, findingJson } from './finding-json.ts';
import { scanAnswer, scanJson } from './scan-json.ts';

const milliseconds = z.number().nullable();

const certificateAnswer = named(
  'Certificate',
  'A certificate that a server sent.',
  z.object({
    fingerprint_sha256: z.string(),
    subject: z.string(),
    issuer: z.string(),
    dns_names: listed(z.string()),
    key_type: z.string(),
    not_before: when,
    not_after: when,
  }),
);

const addressAnswer = z.object({
  address: z.string(),
  seen_at: when,
  failure: failureAnswer.nullable(),
  starttls: z.string().nullable(),
  tls: z
    .object({
      version: z.string(),
      cipher: z.string(),
      server_name: z.string(),
      trusted: z.boolean(),
      trust_error: z.string().nullable(),
      trust_store: z.string(),
      chain: listed(certificateAnswer.nullable().describe('Null: it could not be read.')),
    })
    .nullable(),
  timings_ms: z.object({
    connect: milliseconds,
    greeting: milliseconds,
    handshake: milliseconds,
    total: milliseconds,
  }),
});

export const endpointDetailAnswer = named(
  'EndpointDetail',
  'An endpoint with its findings and the evidence of the latest run.',
  endpointAnswer.extend({
    declaration: declarationAnswer,
    findings: listed(findingAnswer),
    addresses: listed(addressAnswer),
    deep_scan: scanAnswer.nullable(),
    tlsa: z
      .object({
        records: listed(
          z.object({ usage: z.int(), selector: z.int(), matching_type: z.int(), data: z.string().describe('Hex.') }),
        ),
        dnssec: facts,
      })
      .nullable(),
  }),
);

type Session = EndpointEvidence['observation']['sessions'][number];

function addressJson({ address, failure, starttls, tls, timings, startedAt }: Session) {
  return {
    address,
    seen_at: new Date(startedAt),
    failure,
    starttls: starttls === 'not-applicable' ? null : starttls,
    tls:
      tls === null
        ? null
        : {
            version: tls.version,
            cipher: tls.cipher,
            server_name: tls.serverName,
            trusted: tls.pkix.trusted,
            trust_error: tls.pkix.trusted ? null : tls.pkix.error,
            trust_store: tls.pkix.store,
            chain: chainItems(tls.chain).map((certificate) =>
              certificate === null
                ? null
                : {
                    fingerprint_sha256: certificate.fingerprint,
                    subject: certificate.subject,
                    issuer: certificate.issuer,
                    dns_names: certificate.names,
                    key_type: certificate.keyType,
                    not_before: new Date(certificate.notBefore),
                    not_after: new Date(certificate.notAfter),
                  },
            ),
          },
    timings_ms: {
      connect: timings.connectMs,
      greeting: timings.greetingMs,
      handshake: timings.handshakeMs,
      total: timings.totalMs,
    },
  };
}

/** One endpoint with its findings and the evidence of the latest run. */
export function endpointDetailJson(
  endpoint: EndpointRecord,
  {
    evidence,
    findings,
    declaration,
    scan,
  }: {
    readonly evidence: EndpointEvidence | null;
    readonly findings: readonly FindingRecord[];
    readonly declaration: DeclarationRecord;
    readonly scan: ScanObservation | null;
  },
) {
  const lookup = evidence?.observation.tlsa?.lookup;
  return {
    ...endpointJson(endpoint),
    declaration: declarationJson(declaration),
    findings: findings.map(findingJson),
    addresses: evidence === null ? [] : evidence.observation.sessions.map(addressJson),
    deep_scan: scan === null ? null : scanJson(scan),
    tlsa:
      lookup?.ok === true
        ? {
            records: lookup.facts.records.map(({ usage, selector, matchingType, data }) => ({
              usage,
              selector,
              matching_type: matchingType,
              data,
            })),
            dnssec: lookup.facts.dnssec,
          }
        : null,
  };
}
