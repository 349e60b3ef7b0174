'use client';

import { useState } from 'react';
import { buttonLook } from './ui/button-look.ts';
import { Field } from './ui/field.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

interface TryParameter {
  readonly name: string;
  readonly place: 'path' | 'query';
  readonly required: boolean;
}

interface TryForm {
  readonly id: string;
  readonly path: string;
  readonly parameters: readonly TryParameter[];
}

/** The page has many forms with a field of one name. */
function fieldName(id: string, parameter: string): string {
  return `${id}-${parameter}`;
}

interface Answer {
  readonly address: string;
  /** Null: there was none, `body` says why. */
  readonly status: string | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** A page of 200 incidents has more; who wants them all asks with less. */
const maxLines = 5000;

/** The address that the form asks for. */
function addressOf({ id, path, parameters }: TryForm, form: FormData): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, place } of parameters) {
    const entry = form.get(fieldName(id, name));
    const value = typeof entry === 'string' ? entry.trim() : '';
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== '') query.set(name, value);
  }
  return `/api/v1${filled}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Asks as the person who is signed in, and shows what came. It only reads. */
async function ask(address: string): Promise<Answer> {
  try {
    const response = await fetch(address, { headers: { accept: 'application/json' }, cache: 'no-store' });
    return {
      address,
      status: `${String(response.status)} ${response.statusText}`.trim(),
      headers: [...response.headers].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      body: indented(await response.text()),
    };
  } catch (error) {
    return { address, status: null, headers: [], body: error instanceof Error ? error.message : 'It did not answer.' };
  }
}

/** A form that sends one GET and shows status, headers and body. */
export function ApiTry(form: TryForm) {
  const { id, path, parameters } = form;
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [asking, setAsking] = useState(false);
  return (
    <form
      aria-label={`Try GET ${path}`}
      onSubmit={(event) => {
        event.preventDefault();
        setAsking(true);
        void ask(addressOf(form, new FormData(event.currentTarget))).then((came) => {
          setAnswer(came);
          setAsking(false);
        });
      }}
    >
      <h3 className="mb-1.5 text-sm font-medium">Try it</h3>
      <div className="flex flex-wrap items-end gap-3">
        {parameters.map(({ name, required }) => (
          <Field key={name} label={name} name={fieldName(id, name)} required={required} />
        ))}
        <button type="submit" className={buttonLook('plain')} disabled={asking}>
          {asking ? 'Asking…' : 'Send'}
        </button>
      </div>
      {answer === null ? null : (
        <div role="status" className="mt-3 space-y-2">
          <p className="font-mono text-sm [overflow-wrap:anywhere]">
            {answer.status ?? 'No answer'} · {answer.address}
          </p>
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 font-mono text-xs text-muted">
            {answer.headers.map(([name, value]) => (
              <div key={name} className="contents">
                <dt>{name}</dt>
                <dd className="[overflow-wrap:anywhere]">{value}</dd>
              </div>
            ))}
          </dl>
          <pre
            className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs whitespace-pre-wrap"
            tabIndex={0}
          >
            {answer.body.split('\n', maxLines).map((line, index) => (
              <span key={index} className="block">
                <ForeignText text={line} maxLength={4000} />
              </span>
            ))}
          </pre>
        </div>
      )}
    </form>
  );
}
