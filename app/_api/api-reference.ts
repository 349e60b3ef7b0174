import { z } from 'zod';
import type { ApiOperationItem, ApiShape } from '#components/api-operation.tsx';
import { apiAddresses } from './api-addresses.ts';
import { openApiDocument, type ApiAddress } from './openapi.ts';

const anySchema = z.record(z.string(), z.unknown());
const content = z.object({ 'application/json': z.object({ schema: anySchema }) });
const document = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        summary: z.string(),
        description: z.string().default(''),
        tags: z.array(z.string()),
        security: z.array(z.record(z.string(), z.array(z.string()))),
        parameters: z
          .array(
            z.object({
              name: z.string(),
              in: z.enum(['path', 'query', 'header']),
              required: z.boolean(),
              description: z.string().default(''),
              schema: anySchema,
            }),
          )
          .default([]),
        requestBody: z.object({ content }).optional(),
        responses: z.record(z.string(), z.object({ description: z.string().optional(), content: content.optional() })),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), anySchema) }),
});

export interface ApiReference {
  /** By the first part of their paths, in the order of the document. */
  readonly groups: readonly { readonly name: string; readonly operations: readonly ApiOperationItem[] }[];
  readonly shapes: readonly { readonly name: string; readonly description: string; readonly text: string }[];
}

let made: { readonly url: string; readonly reference: ApiReference } | null = null;

/** The document of the API as a page shows it. It is the same for everybody until the console is started anew, so it is made once. */
export function apiReference(publicUrl: URL): ApiReference {
  const url = publicUrl.href;
  if (made?.url !== url) made = { url, reference: makeReference(apiAddresses, publicUrl) };
  return made.reference;
}

function makeReference(addresses: readonly ApiAddress[], publicUrl: URL): ApiReference {
  const { paths, components } = document.parse(openApiDocument(addresses, { publicUrl, version: '1.0' }));
  const groups = new Map<string, ApiOperationItem[]>();
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const name = operation.tags[0] ?? '';
      const group = groups.get(name) ?? [];
      groups.set(name, group);
      const body = operation.requestBody?.content['application/json'].schema ?? null;
      group.push({
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        description: operation.description,
        scope: operation.security[0]?.['token']?.[0] ?? null,
        parameters: operation.parameters.map(({ name: parameter, in: place, required, description, schema }) => ({
          ...{ name: parameter, place, required, description },
          type: typeText(schema),
        })),
        body: body === null ? null : shapeOf(body),
        answers: Object.entries(operation.responses).map(
          ([status, { description = 'Why not: a problem.', ...answer }]) => ({
            status: status === 'default' ? 'else' : status,
            text: description,
            shape: answer.content === undefined ? null : shapeOf(answer.content['application/json'].schema),
          }),
        ),
        example: curlOf(`${new URL('/api/v1', publicUrl).href}${path}`, {
          method: method.toUpperCase(),
          hasBody: body !== null,
        }),
      });
    }
  }
  return {
    groups: [...groups].map(([name, operations]) => ({ name, operations })),
    shapes: Object.entries(components.schemas).map(([name, { description, ...schema }]) => ({
      name,
      description: typeof description === 'string' ? description : '',
      text: JSON.stringify(schema, null, 2).replaceAll('#/components/schemas/', ''),
    })),
  };
}

function shapeOf(schema: z.infer<typeof anySchema>): ApiShape {
  const name = /^#\/components\/schemas\/(.+)$/.exec(String(schema['$ref']))?.[1];
  if (name !== undefined) return { kind: 'named', name };
  return { kind: 'json', text: JSON.stringify(schema, null, 2).replaceAll('#/components/schemas/', '') };
}

/** A type in a few words. */
function typeText({ type, format, minimum, maximum, enum: words, default: usual }: z.infer<typeof anySchema>): string {
  const range = typeof minimum === 'number' && typeof maximum === 'number' ? ` ${minimum} to ${maximum}` : '';
  const base = Array.isArray(words)
    ? words.join(', ')
    : `${typeof format === 'string' ? format : JSON.stringify(type ?? 'any').replaceAll('"', '')}${range}`;
  return usual === undefined ? base : `${base}; ${JSON.stringify(usual)} where it is not given`;
}

function curlOf(url: string, { method, hasBody }: { readonly method: string; readonly hasBody: boolean }): string {
  return [
    `curl -sS${method === 'GET' ? '' : ` -X ${method}`}`,
    `-H "Authorization: Bearer $TOKEN"`,
    ...(hasBody ? [`-H 'Content-Type: application/json' --data @body.json`] : []),
    `'${url}'`,
  ].join(' ');
}
