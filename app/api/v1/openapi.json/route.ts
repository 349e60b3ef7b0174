import { ok } from '#lib/model/result.ts';
import { facts } from '#app/_api/answer-schema.ts';
import { apiAddresses } from '#app/_api/api-addresses.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { openApiDocument } from '#app/_api/openapi.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'any',
    summary: 'This description',
    answers: { 200: facts },
    handle: () => {
      const addresses = [...apiAddresses, { path: '/openapi.json', handler: GET }];
      const { publicUrl } = readWebSettings();
      return Promise.resolve(ok(jsonResponse(openApiDocument(addresses, { publicUrl, version: '1.0' }))));
    },
  },
});
