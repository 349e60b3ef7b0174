import { ForeignText } from './ui/foreign-text.tsx';

/** What a client says it is; '' where it did not say. */
export function ClientName({ name, version = '' }: { readonly name: string; readonly version?: string }) {
  if (name === '' && version === '') return <span className="text-muted">told no name</span>;
  return (
    <>
      {name === '' ? <span className="text-muted">told no name</span> : <ForeignText text={name} maxLength={64} />}
      {version === '' ? null : (
        <>
          {' '}
          <ForeignText text={version} maxLength={32} />
        </>
      )}
    </>
  );
}
