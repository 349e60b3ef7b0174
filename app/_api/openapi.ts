import { z } from 'zod';
import { problemAnswer, namedSchemas } from './answer-schema.ts';
import type { Method, MethodDefinition, RouteHandler } from './api-route.ts';
import { findDefinition } from './api-route.ts';
import { requestsPerMinute } from './rate-limit.ts';

type Json = Readonly<Record<string, unknown>>;

/** An address of the API and one of its handlers, which all know the same. */
export interface ApiAddress {
  /** Below /api/v1, with `{name}` parts. */
  readonly path: string;
  readonly handler: RouteHandler;
}

/** One method of one address, as the document has it. */
interface ApiOperation {
  readonly path: string;
  readonly method: Exclude<Method, 'HEAD'>;
  readonly definition: MethodDefinition;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** All operations of some addresses, in their order. */
function listOperations(addresses: readonly ApiAddress[]): readonly ApiOperation[] {
  return addresses.flatMap(({ path, handler }) => {
    const definitions = findDefinition(handler);
    return methods.flatMap((method) => {
      const definition = definitions?.[method];
      return definition === undefined ? [] : [{ path, method, definition }];
    });
  });
}

const noSchema = z.object({ type: z.string().optional() }).loose();
const objectSchema = z.object({
  properties: z.record(z.string(), noSchema).default({}),
  required: z.array(z.string()).default([]),
});

/** Schemas as JSON Schema 2020-12, those with a name collected under it. */
class SchemaCollector {
  readonly components = new Map<string, unknown>();

  /** `input`: what may be sent, and what an answer has, since nothing is added to it on the way. */
  convert(schema: z.ZodType): Json {
    const { $defs, ...rest } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      metadata: namedSchemas,
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
        // That nobody changes it in our code says nothing to others.
        delete jsonSchema.readOnly;
        const note = z.globalRegistry.get(zodSchema)?.description;
        if (note !== undefined) jsonSchema.description ??= note;
      },
    });
    const moved = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
    for (const [name, definition] of Object.entries($defs ?? {})) this.components.set(name, moved(definition));
    // The document names the dialect once.
    return z.record(z.string(), z.unknown()).parse(moved({ ...rest, $schema: undefined }));
  }
}

const parameterHeaders = {
  'If-None-Match': 'The ETag of the answer before: 304 where nothing has changed.',
  'If-Match': 'The ETag that was read: 412 where the incident has changed since.',
  'Idempotency-Key':
    'A text of your own, new for every request: who sends the same twice within a day gets the first answer.',
  Prefer: '`wait=SECONDS`: how long to wait for the answer.',
} as const;

/** The description of the API, OpenAPI 3.1, from the schemas that the routes validate with. */
export function openApiDocument(
  addresses: readonly ApiAddress[],
  { publicUrl, version }: { readonly publicUrl: URL; readonly version: string },
): Json {
  const schemas = new SchemaCollector();
  const problem = { 'application/problem+json': { schema: schemas.convert(problemAnswer) } };
  const paths = new Map<string, Record<string, unknown>>();
  for (const operation of listOperations(addresses)) {
    const item = paths.get(operation.path) ?? {};
    item[operation.method.toLowerCase()] = describeOperation(operation, schemas);
    paths.set(operation.path, item);
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Latchwatch',
      version,
      summary: 'Incidents, findings and the inventory of a mail provider’s TLS.',
      description: [
        'JSON over HTTP. Times are RFC 3339 in UTC. What is not described here may come and must be ignored; words may become more. Nothing described here goes away within v1.',
        `Every token may ask ${String(requestsPerMinute)} times a minute; 429 says when to come back. Every 15 seconds is enough for a poller.`,
      ].join('\n\n'),
    },
    servers: [{ url: new URL('/api/v1', publicUrl).href }],
    security: [{ token: [] }, { basic: [] }, { session: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of the console.' },
        basic: { type: 'http', scheme: 'basic', description: 'Any name, and a token as the password.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'latchwatch.session_token',
          description: 'Somebody who is signed in; changes only from the console’s own pages.',
        },
      },
      responses: { Problem: { description: 'Why not.', content: problem } },
      schemas: Object.fromEntries([...schemas.components].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

function describeOperation({ path, method, definition }: ApiOperation, schemas: SchemaCollector): Json {
  const { scope, summary, description, body, answers } = definition;
  const scopes = scope === 'any' ? [] : [scope];
  const parameters = listParameters({ path, method, definition }, schemas);
  return {
    operationId: operationId(path, method),
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [path.split('/')[1] ?? ''],
    security: [{ token: scopes }, { basic: scopes }, { session: scopes }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemas.convert(body) } } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          {
            description: answerWords[status] ?? 'The answer.',
            ...(answer === null ? {} : { content: { 'application/json': { schema: schemas.convert(answer) } } }),
          },
        ]),
      ),
      ...(method === 'GET' ? { 304: { description: 'Nothing has changed.' } } : {}),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const answerWords: Readonly<Record<string, string>> = {
  200: 'The answer.',
  201: 'Made.',
  202: 'Asked for.',
  204: 'Done.',
  409: 'The answer, which the request wants to fail.',
};

/** E.g. `get_incidents_id`. */
function operationId(path: string, method: string): string {
  return `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '')}`;
}

/** Parameters of path, query and headers, as OpenAPI has them. */
function listParameters({ path, method, definition }: ApiOperation, schemas: SchemaCollector): readonly Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const { properties, required } = objectSchema.parse(
    definition.query === undefined ? {} : schemas.convert(definition.query),
  );
  const inQuery = Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema,
  }));
  const headers = [
    ...(method === 'GET' ? (['If-None-Match'] as const) : []),
    ...(method === 'POST' ? (['Idempotency-Key'] as const) : []),
    ...(definition.headers ?? []),
  ];
  const inHeaders = headers.map((name) => ({
    ...{ name, in: 'header', required: false, description: parameterHeaders[name], schema: { type: 'string' } },
  }));
  return [...inPath, ...inQuery, ...inHeaders];
}
