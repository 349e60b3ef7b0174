import { healthyEndpoint } from '#tests/support/observations.ts';
import { quietReports } from '#tests/support/service-reports.ts';
import type { EndpointFixtures } from '../fixture.ts';

const observation = healthyEndpoint();

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'more than one in twenty proxied sessions without TLS of the client',
      ...{ code: 'proxy-hides-client-tls', verdict: 'info', address: null, observation },
      context: { reports: quietReports({ proxiedWithoutTls: 6 }) },
      says: /Missing in 6 of 100 proxied sessions/,
    },
    {
      name: 'a week of logins without a cipher',
      ...{ code: 'cipher-not-logged', verdict: 'info', address: null, observation },
      context: { reports: quietReports({ cipherSeen: false }) },
      says: /None in 1000 logins/,
    },
  ],
  silent: [
    { name: 'one in twenty', decided: true, observation, context: { reports: quietReports() } },
    {
      name: 'no logins, no proxies',
      ...{ decided: true, observation },
      context: { reports: quietReports({ logins: 0, proxied: 0, proxiedWithoutTls: 0, cipherSeen: false }) },
    },
  ],
};
