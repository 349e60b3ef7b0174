import { failSessions, healthyEndpoint } from '#tests/support/observations.ts';
import { quietReports } from '#tests/support/service-reports.ts';
import type { EndpointFixtures } from '../fixture.ts';

const observation = healthyEndpoint();
const spike = { tag: 'tls-cert', recent: 40, networks: 12, baseline: 20 };
const reported = (...failures: readonly (typeof spike)[]) => ({ reports: quietReports({ failures }) });
const whole = { code: 'latch-failure-spike', address: null } as const;

export const fixtures: EndpointFixtures = {
  firing: [
    {
      ...whole,
      name: 'many networks, and we see the server keep its word',
      verdict: 'crit',
      observation,
      context: reported(spike),
      says: /report a broken tls-cert at .*[\s\S]*40 in the last 20 minutes, in 12 networks[\s\S]*may intercept/,
    },
    {
      ...whole,
      name: 'few networks: nobody is woken',
      verdict: 'warn',
      observation,
      context: reported({ ...spike, networks: 4 }),
      says: /somebody who makes it up/,
    },
    {
      ...whole,
      name: 'one network, and a fault that we see too',
      verdict: 'fail',
      observation,
      context: { reports: quietReports({ failures: [{ ...spike, networks: 1 }], faulty: true }) },
      says: /sees a fault of this service too/,
    },
    {
      ...whole,
      name: 'many networks, and nobody could look',
      verdict: 'fail',
      observation: failSessions(observation, { stage: 'connect', reason: 'timeout' }),
      context: reported(spike),
      says: /could not look at the server itself/,
    },
    {
      ...whole,
      name: 'the tag that most networks report speaks for all',
      verdict: 'crit',
      observation,
      context: reported({ ...spike, tag: 'tls12', recent: 90, networks: 2 }, spike),
      says: /broken tls-cert/,
    },
  ],
  silent: [
    { name: 'nobody reports', decided: true, observation, context: reported() },
    { name: 'as many as usual', decided: true, observation, context: reported({ ...spike, baseline: 20_000 }) },
    { name: 'four clients', decided: true, observation, context: reported({ ...spike, recent: 4, networks: 4 }) },
  ],
};
