import { requestProbe } from '#prisma/commands/endpoints.ts';
import { endpointRequestRoute } from '#app/_api/endpoint-request.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = endpointRequestRoute({
  request: requestProbe,
  done: 'probed',
  summary: 'Probe an endpoint now',
});
