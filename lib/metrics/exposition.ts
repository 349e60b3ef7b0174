/** One number with what it is about. */
export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All samples of one name. */
export interface MetricFamily {
  /** `[a-z_]+`, with the unit at the end. */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly MetricSample[];
}

export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** More than this floods who collects it: one a watched endpoint of a large provider, and what else there is. */
const maxSamples = 11_000;

/** Numbers in Prometheus' text format 0.0.4. A family without samples is left out; of too many samples, the last ones. */
export function formatExposition(families: readonly MetricFamily[]): string {
  let left = maxSamples;
  const lines = families.flatMap(({ name, help, type, samples }) => {
    const shown = samples.slice(0, left);
    left -= shown.length;
    if (shown.length === 0) return [];
    return [
      `# HELP ${name} ${escapeHelp(help)}`,
      `# TYPE ${name} ${type}`,
      ...shown.map(({ labels = {}, value }) => `${name}${formatLabels(labels)} ${formatValue(value)}`),
    ];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** What strangers wrote stays one value: other control characters are legal in it. */
function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
