import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { TlsFacts } from '#lib/model/observation.ts';
import type { AddressScan, Offer, ScanObservation } from '#lib/model/scan-observation.ts';
import { testNow } from './certificates.ts';
import { testAddresses, testEndpoint, testPki, trustedTls } from './observations.ts';

/* Healthy deep scans, and small changes to them, as in observations.ts. */

const chain = [testPki.leaf, testPki.intermediate];

/** An offer that the server took. */
export function accepted<T>(facts: T): Offer<T> {
  return { outcome: 'accepted', facts };
}

/** An offer that the server refused with an alert. */
export const refused = { outcome: 'refused', said: 'handshake_failure' } as const;

/** TLS facts of the test host at this version, with a suite that it has. */
export function tlsAt(version: string): TlsFacts {
  const cipher = version === 'TLSv1.3' ? 'TLS_AES_256_GCM_SHA384' : 'ECDHE-ECDSA-AES128-GCM-SHA256';
  return trustedTls(chain, { version, cipher });
}

/** A scan of one address in which all is as it should be today. */
function healthyAddress(endpoint: EndpointTarget, address: string): AddressScan {
  const { service, tlsMode } = endpoint;
  return {
    address,
    startedAt: testNow - 20_000,
    versions: {
      TLSv1: refused,
      'TLSv1.1': refused,
      'TLSv1.2': accepted(tlsAt('TLSv1.2')),
      'TLSv1.3': accepted(tlsAt('TLSv1.3')),
    },
    sslv3: refused,
    weakSuites: {
      null: refused,
      export: refused,
      rc4: refused,
      '3des': refused,
      anonymous: refused,
      'static-rsa': refused,
    },
    withoutServerName: accepted({ ...tlsAt('TLSv1.3'), serverName: '' }),
    keys: { rsa: refused, ec: accepted(tlsAt('TLSv1.2')) },
    certificateRequest: 'no',
    closeNotify: 'yes',
    repeated: [tlsAt('TLSv1.3'), tlsAt('TLSv1.3'), tlsAt('TLSv1.3')],
    statBeforeLogin: service === 'pop3' ? { sent: 'STAT', reply: '-ERR Unknown command.' } : null,
    mailBeforeTls:
      service === 'submission' && tlsMode === 'starttls'
        ? { sent: 'MAIL FROM:<>', reply: '530 5.7.0 Must issue a STARTTLS command first' }
        : null,
    clientCommand: null,
    injection: null,
    transcript: [],
    failure: null,
  };
}

/** A deep scan of two addresses that are alike and healthy. */
export function healthyScan(endpoint: EndpointTarget = testEndpoint()): ScanObservation {
  return {
    endpoint,
    vantage: 'test',
    startedAt: testNow - 20_000,
    finishedAt: testNow - 1000,
    addresses: testAddresses.map((address) => healthyAddress(endpoint, address)),
    statusUrls: [],
  };
}

/** The scan with its addresses changed; `change` gets the index, so that one address can be singled out. */
export function changeScan(
  observation: ScanObservation,
  change: (scan: AddressScan, index: number) => Partial<AddressScan>,
): ScanObservation {
  return {
    ...observation,
    addresses: observation.addresses.map((scan, index) => ({ ...scan, ...change(scan, index) })),
  };
}
