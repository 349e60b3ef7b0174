/** The product's mark and name. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 text-lg font-semibold tracking-tight">
      <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="var(--accent)" />
        <path
          d="M9.5 13.5V11a6.5 6.5 0 0 1 13 0v2.5"
          fill="none"
          stroke="var(--accent-text)"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
        <rect x="6.5" y="13.5" width="19" height="12" rx="2.6" fill="var(--accent-text)" />
        <path
          d="m11.8 19.4 2.8 2.8 5.4-5.6"
          fill="none"
          stroke="var(--accent)"
          strokeWidth="2.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      Latchwatch
    </span>
  );
}
