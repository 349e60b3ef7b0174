import { ApiTry } from './api-try.tsx';
import { CommandList } from './command-list.tsx';
import { Badge } from './ui/badge.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';

export interface ApiParameterItem {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** E.g. `integer, 1 to 200`. */
  readonly type: string;
  readonly description: string;
}

/** A shape: the name of one that the page describes, or its JSON Schema. */
export type ApiShape =
  { readonly kind: 'named'; readonly name: string } | { readonly kind: 'json'; readonly text: string };

export interface ApiOperationItem {
  readonly id: string;
  readonly method: string;
  /** Below /api/v1. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** Null: any token will do. */
  readonly scope: string | null;
  readonly parameters: readonly ApiParameterItem[];
  readonly body: ApiShape | null;
  readonly answers: readonly { readonly status: string; readonly text: string; readonly shape: ApiShape | null }[];
  /** For a shell. */
  readonly example: string;
}

/** The place on the page where a shape is described. */
export function shapeAnchor(name: string): string {
  return `shape-${name}`;
}

function Shape({ shape }: { readonly shape: ApiShape }) {
  if (shape.kind === 'named') {
    return (
      <a href={`#${shapeAnchor(shape.name)}`} className="link font-mono text-sm">
        {shape.name}
      </a>
    );
  }
  return (
    <pre className="max-h-80 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs" tabIndex={0}>
      {shape.text}
    </pre>
  );
}

/** One method of one address: what it takes and answers, how to ask, and for a GET a form that asks. */
export function ApiOperation({ item }: { readonly item: ApiOperationItem }) {
  return (
    <details className="border-b border-line last:border-b-0" id={item.id}>
      <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-sunken">
        <span className="w-14 shrink-0 font-mono text-sm font-semibold">{item.method}</span>
        <span className="font-mono text-sm [overflow-wrap:anywhere]">{item.path}</span>
        <span className="text-muted">{item.summary}</span>
      </summary>
      <div className="space-y-4 px-4 pt-1 pb-5">
        {item.description === '' ? null : <p className="max-w-prose">{item.description}</p>}
        <p className="text-sm text-muted">
          {item.scope === null ? 'Any token will do.' : <>Needs {<Badge>{item.scope}</Badge>}</>}
        </p>
        {item.parameters.length === 0 ? null : (
          <DataTable
            caption={`Parameters of ${item.method} ${item.path}`}
            columns={['Parameter', 'Where', 'Type', 'Meaning']}
          >
            {item.parameters.map((parameter) => (
              <tr key={`${parameter.place} ${parameter.name}`}>
                <Cell mono>{parameter.name}</Cell>
                <Cell>
                  {parameter.place}
                  {parameter.required ? ', required' : ''}
                </Cell>
                <Cell>{parameter.type}</Cell>
                <Cell>{parameter.description}</Cell>
              </tr>
            ))}
          </DataTable>
        )}
        {item.body === null ? null : (
          <div>
            <h3 className="mb-1.5 text-sm font-medium">Body</h3>
            <Shape shape={item.body} />
          </div>
        )}
        <div>
          <h3 className="mb-1.5 text-sm font-medium">Answers</h3>
          <ul className="space-y-1.5">
            {item.answers.map(({ status, text, shape }) => (
              <li key={status}>
                <span className="font-mono text-sm">{status}</span> {text}{' '}
                {shape === null ? null : <Shape shape={shape} />}
              </li>
            ))}
          </ul>
        </div>
        <div>
          <h3 className="mb-1.5 text-sm font-medium">In a shell</h3>
          <CommandList commands={[item.example]} />
        </div>
        {item.method === 'GET' ? (
          <ApiTry
            id={item.id}
            path={item.path}
            parameters={item.parameters.flatMap(({ name, place, required }) =>
              place === 'header' ? [] : [{ name, place, required }],
            )}
          />
        ) : null}
      </div>
    </details>
  );
}
