import { z } from 'zod';
import type { AddressScan, Offer, ScanObservation } from '#lib/model/scan-observation.ts';

import { facts, failureAnswer, listed, named, when } from './answer-schema.ts';

const offerAnswer = named(
  'Offer',
  'What became of an offer: accepted, refused or unseen.',
  z.object({
    outcome: z.enum(['accepted', 'refused', 'unseen']),
    cipher: z.string().optional(),
    suite: z.string().optional(),
    said: z.string().optional(),
    failure: failureAnswer.optional(),
  }),
);
const offers = <K extends string>(...names: readonly K[]) => z.record(z.enum(names), offerAnswer);
const sighting = z.string().describe('yes, no, encrypted or unseen.');

export const scanAnswer = named(
  'Scan',
  'The latest deep scan of an endpoint.',
  z.object({
    made_at: when,
    vantage: z.string(),
    addresses: listed(
      z.object({
        address: z.string(),
        failure: failureAnswer.nullable(),
        versions: offers('tls_1_3', 'tls_1_2', 'tls_1_1', 'tls_1_0', 'ssl_3_0'),
        weak_suites: offers('null', 'export', 'rc4', '3des', 'anonymous', 'static_rsa'),
        keys: offers('rsa', 'ec'),
        without_server_name: offerAnswer.nullable(),
        certificate_request: sighting,
        close_notify: sighting,
        usual_handshakes: z.int(),
        stat_before_login: facts.nullable(),
        mail_before_tls: facts.nullable(),
        client_command: facts.nullable(),
        injection: facts.nullable(),
      }),
    ),
    status_urls: listed(
      z.object({
        url: z.string(),
        addresses: listed(z.string()),
        status: z.int().nullable(),
        failure: failureAnswer.nullable(),
      }),
    ),
  }),
);

/** `accepted`, `refused` or `unseen`, with what there is to say. */
function offerJson<T>(offer: Offer<T>, detail: (facts: T) => Readonly<Record<string, string>>) {
  switch (offer.outcome) {
    case 'accepted':
      return { outcome: offer.outcome, ...detail(offer.facts) };
    case 'refused':
      return { outcome: offer.outcome, said: offer.said };
    case 'unseen':
      return { outcome: offer.outcome, failure: offer.failure };
  }
}

const cipher = ({ cipher: name }: { readonly cipher: string }) => ({ cipher: name });
const suite = ({ name }: { readonly name: string }) => ({ suite: name });

function addressJson(scan: AddressScan) {
  const { versions, sslv3, weakSuites, keys, withoutServerName } = scan;
  return {
    address: scan.address,
    failure: scan.failure,
    versions: {
      tls_1_3: offerJson(versions['TLSv1.3'], cipher),
      tls_1_2: offerJson(versions['TLSv1.2'], cipher),
      tls_1_1: offerJson(versions['TLSv1.1'], cipher),
      tls_1_0: offerJson(versions.TLSv1, cipher),
      ssl_3_0: offerJson(sslv3, suite),
    },
    weak_suites: {
      null: offerJson(weakSuites.null, suite),
      export: offerJson(weakSuites.export, suite),
      rc4: offerJson(weakSuites.rc4, suite),
      '3des': offerJson(weakSuites['3des'], suite),
      anonymous: offerJson(weakSuites.anonymous, suite),
      static_rsa: offerJson(weakSuites['static-rsa'], suite),
    },
    keys: { rsa: offerJson(keys.rsa, cipher), ec: offerJson(keys.ec, cipher) },
    without_server_name: withoutServerName === null ? null : offerJson(withoutServerName, cipher),
    certificate_request: scan.certificateRequest,
    close_notify: scan.closeNotify,
    usual_handshakes: scan.repeated.length,
    stat_before_login: scan.statBeforeLogin,
    mail_before_tls: scan.mailBeforeTls,
    client_command: scan.clientCommand,
    injection: scan.injection,
  };
}

/** The latest deep scan as the API gives it. */
export function scanJson({ vantage, finishedAt, addresses, statusUrls }: ScanObservation) {
  return {
    made_at: new Date(finishedAt),
    vantage,
    addresses: addresses.map(addressJson),
    status_urls: statusUrls.map(({ url, fetched, addresses: found }) => ({
      url,
      addresses: found,
      status: fetched.ok ? fetched.facts.status : null,
      failure: fetched.ok ? null : fetched.failure,
    })),
  };
}
