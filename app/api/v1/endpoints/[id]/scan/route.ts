import { requestScan } from '#prisma/commands/endpoints.ts';
import { endpointRequestRoute } from '#app/_api/endpoint-request.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = endpointRequestRoute({
  request: requestScan,
  done: 'scanned',
  summary: 'Scan an endpoint thoroughly now',
});
