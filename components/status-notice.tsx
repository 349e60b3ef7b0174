import { CopyText } from './copy-text.tsx';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

/** A text for customers of one server, and the page that it belongs on. */
export interface StatusNoticeItem {
  readonly host: string;
  readonly text: string;
  /** Whether customers notice something now. */
  readonly isFelt: boolean;
  /** Pages that the DEEP status of the server names; empty: none. */
  readonly statusUrls: readonly string[];
  /** What is wrong with these pages, a sentence each. */
  readonly statusFaults: readonly string[];
  /** The same as a file: `&format=` and `text` or `html` follow. */
  readonly fileHref: string;
}

/** Why there is no text for customers of a server, and what to do, a sentence each. */
export function NothingToPublish({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <Banner tone="unknown">
      <div className="max-w-prose space-y-1">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </Banner>
  );
}

/** The text, how to keep it, and where it goes. */
export function StatusNoticePanel({ item }: { readonly item: StatusNoticeItem }) {
  const { host, text, isFelt, statusUrls, statusFaults, fileHref } = item;
  return (
    <div className="space-y-4">
      {statusUrls.length === 0 ? (
        <p className="max-w-prose text-sm">
          The server names no status page in a DEEP status, so mail programs show none. Put the text where your
          customers look.
        </p>
      ) : (
        <div className="text-sm">
          <p>Mail programs that cannot connect show this page. The text belongs there:</p>
          <ul className="mt-1 space-y-1">
            {statusUrls.map((url) => (
              <li key={url} className="font-mono">
                <ForeignText text={url} maxLength={300} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {statusFaults.map((fault) => (
        <Banner key={fault} tone="warn">
          <ForeignText text={fault} maxLength={400} />
        </Banner>
      ))}
      {isFelt ? null : (
        <p className="text-sm text-muted">
          All its watched services were seen lately and no problem that customers notice is known, so the text says
          that.
        </p>
      )}
      <CopyText label={`Text for customers of ${host}`} text={text} rows={14} />
      <p className="flex flex-wrap gap-x-4 text-sm">
        <a href={`${fileHref}&format=text`} className="link inline-flex min-h-6 items-center" download>
          Save as text
        </a>
        <a href={`${fileHref}&format=html`} className="link inline-flex min-h-6 items-center" download>
          Save as a page of its own (HTML)
        </a>
      </p>
    </div>
  );
}
