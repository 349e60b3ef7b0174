import { Fragment } from 'react';
import { ForeignText } from './ui/foreign-text.tsx';

const maxTags = 12;

/** Security tags in a row, as clients spelled them. */
export function TagList({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return <span className="text-muted">none</span>;
  return (
    <>
      {tags.slice(0, maxTags).map((tag, index) => (
        <Fragment key={tag}>
          {index === 0 ? null : ', '}
          <ForeignText text={tag} maxLength={64} />
        </Fragment>
      ))}
      {tags.length > maxTags ? <span className="text-muted"> and {tags.length - maxTags} more</span> : null}
    </>
  );
}
