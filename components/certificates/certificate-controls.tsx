import { buttonLook } from '../ui/button-look.ts';
import { Field } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';

/** One of several addresses that a list can be seen under. */
export interface ViewLink {
  readonly text: string;
  readonly href: string;
  readonly current: boolean;
}

/** Addresses to choose from, the present one marked. */
function ViewLinks({ label, links }: { readonly label: string; readonly links: readonly ViewLink[] }) {
  return (
    <div role="group" aria-label={label} className="flex flex-wrap items-center gap-1.5 text-sm">
      <span aria-hidden="true" className="text-muted">
        {label}
      </span>
      {links.map(({ text, href, current }) => (
        <Link
          key={text}
          href={href}
          aria-current={current ? 'true' : undefined}
          className={`inline-flex min-h-7 items-center rounded-md border px-2.5 ${
            current ? 'border-accent bg-sunken font-semibold' : 'border-line-strong/60 bg-surface hover:bg-sunken'
          }`}
        >
          {text}
        </Link>
      ))}
    </div>
  );
}

/** How the page of certificates is narrowed and shown: links and a form, so that all of it stands in the address. */
export function CertificateControls({
  text,
  kept,
  filters,
  narrowedTo,
  groups,
  views,
  zooms,
  files,
}: {
  /** What is searched for, '' where nothing is. */
  readonly text: string;
  /** Parameters that the search keeps. */
  readonly kept: readonly (readonly [name: string, value: string])[];
  readonly filters: readonly ViewLink[];
  /** Filters that came with a link from elsewhere, each with the way to leave it. */
  readonly narrowedTo: readonly { readonly text: string; readonly href: string }[];
  readonly groups: readonly ViewLink[];
  readonly views: readonly ViewLink[];
  /** Empty where there is no picture. */
  readonly zooms: readonly ViewLink[];
  readonly files: readonly { readonly text: string; readonly href: string }[];
}) {
  return (
    <section aria-label="What is shown" className="mb-4 space-y-2.5">
      <form action="/certificates" method="get" role="search" className="flex max-w-xl flex-wrap items-end gap-2">
        {kept.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Field
          label="Name, issuer or fingerprint"
          name="q"
          type="search"
          defaultValue={text}
          maxLength={253}
          spellCheck={false}
        />
        <button type="submit" className={buttonLook('plain')}>
          Search
        </button>
      </form>
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <ViewLinks label="Only" links={filters} />
        <ViewLinks label="Group by" links={groups} />
        <ViewLinks label="As" links={views} />
        {zooms.length === 0 ? null : <ViewLinks label="Next" links={zooms} />}
      </div>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {narrowedTo.map(({ text: what, href }) => (
          <span key={what}>
            {what}{' '}
            <Link href={href} className="link inline-flex min-h-6 items-center">
              Show all
            </Link>
          </span>
        ))}
        {files.map(({ text: what, href }) => (
          <a key={what} href={href} className="link inline-flex min-h-6 items-center" download>
            {what}
          </a>
        ))}
      </p>
    </section>
  );
}
