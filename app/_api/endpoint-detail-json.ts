import { chainItems } from '#app/_queries/chain-item.ts';
import type { DeclarationRecord } from '#app/_queries/declarations.ts';
import type { EndpointEvidence } from '#app/_queries/endpoint-evidence.ts';
import type { EndpointRecord } from '#app/_queries/endpoints.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { FindingRecord } from '#app/_queries/findings.ts';
import { declarationJson } from './declaration-json.ts';
import { endpointJson } from './endpoint-json.ts';
import { findingJson } from './finding-json.ts';
import { scanJson } from './scan-json.ts';

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
