import type { ReactNode } from 'react';
import { ApiTry } from './api-try.tsx';
import { CommandList } from './command-list.tsx';
import { Badge } from './ui/badge.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { Link } from './ui/link.tsx';

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

/** What of the page is open: an operation and a shape, or all. */
export interface ApiOpen {
  readonly operation: string | null;
  readonly shape: string | null;
  readonly all: boolean;
}

function openHref({ operation, shape }: Pick<ApiOpen, 'operation' | 'shape'>, anchor: string): string {
  const query = new URLSearchParams({
    ...(operation === null ? {} : { operation }),
    ...(shape === null ? {} : { shape }),
  }).toString();
  return `/api-reference${query === '' ? '' : `?${query}`}#${anchor}`;
}

/** The place on the page where a shape is described. */
function shapeAnchor(name: string): string {
  return `shape-${name}`;
}

function Shape({ shape, open }: { readonly shape: ApiShape; readonly open: ApiOpen }) {
  if (shape.kind === 'named') {
    const anchor = shapeAnchor(shape.name);
    return (
      <a
        href={open.all ? `#${anchor}` : openHref({ ...open, shape: shape.name }, anchor)}
        className="link font-mono text-sm"
      >
        {shape.name}
      </a>
    );
  }
  return (
    <pre
      role="group"
      aria-label="JSON schema"
      className="max-h-80 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs"
      tabIndex={0}
    >
      {shape.text}
    </pre>
  );
}

const row = 'flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-sunken';

/** A row that opens by its own link and is closed by it: the whole of the API is too much for one page. */
function Folded({
  id,
  isOpen,
  href,
  head,
  children,
}: {
  readonly id: string;
  readonly isOpen: boolean;
  /** Where it is the other way. */
  readonly href: string;
  readonly head: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div id={id} className="border-b border-line last:border-b-0">
      <Link href={href} aria-expanded={isOpen} className={row}>
        {head}
      </Link>
      {children}
    </div>
  );
}

/** A shape by its name, and open its JSON Schema. */
export function ApiShapeRow({
  shape,
  open,
}: {
  readonly shape: { readonly name: string; readonly description: string; readonly text: string };
  readonly open: ApiOpen;
}) {
  const { name, description, text } = shape;
  const isOpen = open.all || open.shape === name;
  const anchor = shapeAnchor(name);
  return (
    <Folded
      id={anchor}
      isOpen={isOpen}
      href={openHref({ ...open, shape: isOpen ? null : name }, anchor)}
      head={
        <>
          <span className="font-mono text-sm">{name}</span>
          <span className="text-muted">{description}</span>
        </>
      }
    >
      {isOpen ? (
        <pre
          role="group"
          aria-label={`JSON schema of ${name}`}
          className="overflow-auto border-t border-line bg-sunken p-4 font-mono text-xs"
          tabIndex={0}
        >
          {text}
        </pre>
      ) : null}
    </Folded>
  );
}

/** One method of one address; open, what it takes and answers, how to ask, and for a GET a form that asks. */
export function ApiOperation({ item, open }: { readonly item: ApiOperationItem; readonly open: ApiOpen }) {
  const isOpen = open.all || open.operation === item.id;
  return (
    <Folded
      id={item.id}
      isOpen={isOpen}
      href={openHref({ ...open, operation: isOpen ? null : item.id }, item.id)}
      head={
        <>
          <span className="w-14 shrink-0 font-mono text-sm font-semibold">{item.method}</span>
          <span className="font-mono text-sm [overflow-wrap:anywhere]">{item.path}</span>
          <span className="text-muted">{item.summary}</span>
        </>
      }
    >
      {isOpen ? <OperationBody item={item} open={open} /> : null}
    </Folded>
  );
}

function OperationBody({ item, open }: { readonly item: ApiOperationItem; readonly open: ApiOpen }) {
  return (
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
          <Shape shape={item.body} open={open} />
        </div>
      )}
      <div>
        <h3 className="mb-1.5 text-sm font-medium">Answers</h3>
        <ul className="space-y-1.5">
          {item.answers.map(({ status, text, shape }) => (
            <li key={status}>
              <span className="font-mono text-sm">{status}</span> {text}{' '}
              {shape === null ? null : <Shape shape={shape} open={open} />}
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
  );
}
