import { GET as certificates } from '#app/api/v1/certificates/route.ts';
import { GET as changes } from '#app/api/v1/changes/route.ts';
import { GET as commitments } from '#app/api/v1/commitments/route.ts';
import { GET as discoveriesId } from '#app/api/v1/discoveries/[id]/route.ts';
import { GET as dnssec } from '#app/api/v1/dnssec/route.ts';
import { GET as domainsNameDiscover } from '#app/api/v1/domains/[name]/discover/route.ts';
import { GET as domainsName } from '#app/api/v1/domains/[name]/route.ts';
import { GET as domains } from '#app/api/v1/domains/route.ts';
import { GET as endpointsIdDeclaration } from '#app/api/v1/endpoints/[id]/declaration/route.ts';
import { GET as endpointsIdProbe } from '#app/api/v1/endpoints/[id]/probe/route.ts';
import { GET as endpointsId } from '#app/api/v1/endpoints/[id]/route.ts';
import { GET as endpointsIdScan } from '#app/api/v1/endpoints/[id]/scan/route.ts';
import { GET as endpoints } from '#app/api/v1/endpoints/route.ts';
import { GET as findingCodes } from '#app/api/v1/finding-codes/route.ts';
import { GET as findings } from '#app/api/v1/findings/route.ts';
import { GET as incidentEvents } from '#app/api/v1/incident-events/route.ts';
import { GET as incidentsIdAck } from '#app/api/v1/incidents/[id]/ack/route.ts';
import { GET as incidentsIdComments } from '#app/api/v1/incidents/[id]/comments/route.ts';
import { GET as incidentsIdEvents } from '#app/api/v1/incidents/[id]/events/route.ts';
import { GET as incidentsIdExternalRefsSystem } from '#app/api/v1/incidents/[id]/external-refs/[system]/route.ts';
import { GET as incidentsIdOwner } from '#app/api/v1/incidents/[id]/owner/route.ts';
import { GET as incidentsId } from '#app/api/v1/incidents/[id]/route.ts';
import { GET as incidentsIdSilence } from '#app/api/v1/incidents/[id]/silence/route.ts';
import { GET as incidents } from '#app/api/v1/incidents/route.ts';
import { GET as latchesCohorts } from '#app/api/v1/latches/cohorts/route.ts';
import { GET as latchesSummary } from '#app/api/v1/latches/summary/route.ts';
import { GET as plansId } from '#app/api/v1/plans/[id]/route.ts';
import { GET as plans } from '#app/api/v1/plans/route.ts';
import { GET as preflightId } from '#app/api/v1/preflight/[id]/route.ts';
import { GET as preflight } from '#app/api/v1/preflight/route.ts';
import { GET as problemsKind } from '#app/api/v1/problems/[kind]/route.ts';
import { GET as status } from '#app/api/v1/status/route.ts';
import { GET as tlsa } from '#app/api/v1/tlsa/route.ts';
import { GET as zonesName } from '#app/api/v1/zones/[name]/route.ts';
import { GET as zones } from '#app/api/v1/zones/route.ts';
import type { ApiAddress } from './openapi.ts';

/** Every address of the API but that of its own description. A test holds the list against the files. */
export const apiAddresses: readonly ApiAddress[] = [
  { path: '/certificates', handler: certificates },
  { path: '/changes', handler: changes },
  { path: '/commitments', handler: commitments },
  { path: '/discoveries/{id}', handler: discoveriesId },
  { path: '/dnssec', handler: dnssec },
  { path: '/domains/{name}/discover', handler: domainsNameDiscover },
  { path: '/domains/{name}', handler: domainsName },
  { path: '/domains', handler: domains },
  { path: '/endpoints/{id}/declaration', handler: endpointsIdDeclaration },
  { path: '/endpoints/{id}/probe', handler: endpointsIdProbe },
  { path: '/endpoints/{id}', handler: endpointsId },
  { path: '/endpoints/{id}/scan', handler: endpointsIdScan },
  { path: '/endpoints', handler: endpoints },
  { path: '/finding-codes', handler: findingCodes },
  { path: '/findings', handler: findings },
  { path: '/incident-events', handler: incidentEvents },
  { path: '/incidents/{id}/ack', handler: incidentsIdAck },
  { path: '/incidents/{id}/comments', handler: incidentsIdComments },
  { path: '/incidents/{id}/events', handler: incidentsIdEvents },
  { path: '/incidents/{id}/external-refs/{system}', handler: incidentsIdExternalRefsSystem },
  { path: '/incidents/{id}/owner', handler: incidentsIdOwner },
  { path: '/incidents/{id}', handler: incidentsId },
  { path: '/incidents/{id}/silence', handler: incidentsIdSilence },
  { path: '/incidents', handler: incidents },
  { path: '/latches/cohorts', handler: latchesCohorts },
  { path: '/latches/summary', handler: latchesSummary },
  { path: '/plans/{id}', handler: plansId },
  { path: '/plans', handler: plans },
  { path: '/preflight/{id}', handler: preflightId },
  { path: '/preflight', handler: preflight },
  { path: '/problems/{kind}', handler: problemsKind },
  { path: '/status', handler: status },
  { path: '/tlsa', handler: tlsa },
  { path: '/zones/{name}', handler: zonesName },
  { path: '/zones', handler: zones },
];
