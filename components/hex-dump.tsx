import { hexDump } from '#lib/evidence/hex-dump.ts';

/** Bytes as they came, closed until somebody asks. What is in them can be nothing but ASCII here. */
export function HexDump({ title, bytes }: { readonly title: string; readonly bytes: Uint8Array }) {
  const { text, leftOut } = hexDump(bytes);
  if (text === '') return null;
  return (
    <details className="text-sm">
      <summary className="w-fit text-muted hover:text-text">
        {title} ({bytes.length.toLocaleString('en')} bytes)
      </summary>
      <pre
        tabIndex={0}
        role="region"
        aria-label={title}
        className="mt-2 max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
      >
        {text}
      </pre>
      {leftOut === 0 ? null : (
        <p className="mt-1 text-xs text-muted">{leftOut.toLocaleString('en')} more bytes are not shown.</p>
      )}
    </details>
  );
}
