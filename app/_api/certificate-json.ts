import { z } from 'zod';
import { services, tlsModes } from '#lib/model/endpoint.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import type { ShowingEndpoints } from '#app/_queries/certificate-places.ts';
import type { CertificateRecord } from '#app/_queries/certificates.ts';
import { link, listed, named, when } from './answer-schema.ts';

export const certificateAnswer = named(
  'ShownCertificate',
  'A certificate that watched servers send now. Texts are of strangers.',
  z.object({
    fingerprint: z.string().describe('SHA-256 of the DER, lower-case hex.'),
    subject: z.string().describe('At most 500 characters.'),
    common_name: z.string().nullable(),
    names: listed(z.string()).describe('DNS names of the SAN extension, at most 20.'),
    name_count: z.int().describe('All that there are.'),
    issuer: z.string(),
    serial_number: z.string(),
    not_before: when,
    not_after: when,
    key_type: z.string().describe('rsa, ec, ed25519, ed448 or unknown. New versions may add values.'),
    key_bits: z.int().nullable(),
    signature_algorithm: z.string().nullable(),
    self_signed: z.boolean(),
    authority: z.boolean().describe('It may sign certificates.'),
    weaknesses: listed(z.string()).describe('short-key, old-signature. New versions may add values.'),
    first_seen: when,
    shown_at: listed(
      z.object({
        endpoint_id: z.string(),
        service: z.enum(services),
        tls: z.enum(tlsModes),
        host: z.string(),
        port: z.int(),
        addresses: listed(z.string()).describe('At most 8.'),
        since: when,
        silent_since: when.nullable().describe('Since when none of the addresses shows any certificate.'),
      }),
    ).describe('At most 10, by host and port.'),
    shown_at_count: z.int(),
    shown_at_all: z.boolean().describe('False: there are more than were counted.'),
    url: link,
  }),
);

/** A certificate with where it is. */
export function certificateJson(certificate: CertificateRecord, shown: ShowingEndpoints | undefined) {
  return {
    fingerprint: certificate.fingerprint,
    subject: certificate.subject,
    common_name: certificate.commonName,
    names: certificate.names,
    name_count: certificate.nameCount,
    issuer: certificate.issuer,
    serial_number: certificate.serialNumber,
    not_before: certificate.notBefore,
    not_after: certificate.notAfter,
    key_type: certificate.keyType,
    key_bits: certificate.keyBits,
    signature_algorithm: certificate.signatureAlgorithm,
    self_signed: certificate.selfSigned,
    authority: certificate.authority,
    weaknesses: certificate.weaknesses,
    first_seen: certificate.firstSeen,
    shown_at: (shown?.endpoints ?? []).map((endpoint) => ({
      endpoint_id: endpoint.endpointId,
      service: endpoint.service,
      tls: endpoint.tlsMode,
      host: endpoint.host,
      port: endpoint.port,
      addresses: endpoint.addresses,
      since: endpoint.since,
      silent_since: endpoint.silentSince,
    })),
    shown_at_count: shown?.total ?? 0,
    shown_at_all: shown?.isAll ?? true,
    url: new URL(`/certificates/${certificate.fingerprint}`, readWebSettings().publicUrl).href,
  };
}
