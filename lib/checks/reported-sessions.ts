import type { EndpointCheck } from './check.ts';
import { judgeWholeEndpoint, passed } from './decision.ts';
import { hostParam, textParam } from './wording.ts';

/** Share of proxied reports that may lack the client's TLS: some proxies are being restarted at any time. */
const tolerated = 0.05;

/** What logs and reports of the last days lack to tell how clients really connect. */
export const reportedSessions: EndpointCheck = {
  id: 'reported-sessions',
  subject: 'endpoint',
  findings: [
    {
      code: 'proxy-hides-client-tls',
      summary: 'A proxy does not pass on which TLS its clients have',
      refs: ['draft-ietf-uta-email-deep-00 section 7.1', 'checklist row 57'],
      confirmations: 1,
      text: (params) => ({
        title: `A proxy before ${hostParam(params)} hides which TLS clients have`,
        expected: 'The tls field in the IMAP ID that a proxy passes on',
        got: `Missing in ${textParam(params, 'without', 20)} of ${textParam(params, 'proxied', 20)} proxied sessions of the last 7 days`,
        meaning: 'Nothing breaks. Nobody can tell which TLS these clients use, so no plan to raise it counts them.',
        fix: 'Let the proxy add the tls field to the ID that it passes on, or send the proxy’s own log as a source.',
      }),
    },
    {
      code: 'cipher-not-logged',
      summary: 'No log of a service tells the cipher suite of a session',
      refs: ['draft-ietf-uta-email-deep-00 section 9.2', 'checklist row 55'],
      confirmations: 1,
      text: (params) => ({
        title: `The log of ${hostParam(params)} tells no cipher suites`,
        expected: 'The cipher suite of each session',
        got: `None in ${textParam(params, 'logins', 20)} logins of the last 7 days`,
        meaning: 'Nothing breaks. When a suite must go, nobody knows who still needs it.',
        fix: 'With Dovecot, put %{cipher} (2.3: %k) into login_log_format_elements; with Postfix, set smtpd_tls_loglevel = 1.',
      }),
    },
  ],
  judge: (observation, { reports }) => {
    if (reports === undefined) return [];
    const { logins, proxied, proxiedWithoutTls, cipherSeen } = reports;
    const isHidden = proxiedWithoutTls > tolerated * proxied;
    return judgeWholeEndpoint(observation, {
      'proxy-hides-client-tls': isHidden
        ? { verdict: 'info', params: { proxied, without: proxiedWithoutTls } }
        : passed,
      'cipher-not-logged': logins > 0 && !cipherSeen ? { verdict: 'info', params: { logins } } : passed,
    });
  },
};
