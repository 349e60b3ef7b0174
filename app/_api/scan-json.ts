import type { AddressScan, Offer, ScanObservation } from '#lib/model/scan-observation.ts';

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
