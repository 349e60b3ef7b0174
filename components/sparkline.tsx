const [width, height] = [72, 20];
const edge = 2;

/** A line from zero up, without axes, beside its number; `words` says the same. Points in their order, evenly apart. */
export function Sparkline({ points, words }: { readonly points: readonly number[]; readonly words: string }) {
  if (points.length < 2) return <span className="text-xs text-muted">{words}</span>;
  const high = Math.max(1, ...points);
  const x = (index: number) => edge + (index / (points.length - 1)) * (width - 2 * edge);
  const y = (value: number) => height - edge - (value / high) * (height - 2 * edge);
  const last = points.length - 1;
  return (
    <span className="block">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${String(width)} ${String(height)}`}
        aria-hidden="true"
        className="block"
      >
        <polyline
          points={points.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
          fill="none"
          stroke="var(--accent)"
          strokeWidth="1.5"
          strokeLinejoin="round"
        />
        <circle cx={x(last)} cy={y(points[last] ?? 0)} r="2" fill="var(--accent)" />
      </svg>
      <span className="block text-xs whitespace-nowrap text-muted">{words}</span>
    </span>
  );
}
