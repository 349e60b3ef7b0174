/** One family as a collector reads it. */
export interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const samplePattern = new RegExp(`^(${metricName})(?:\\{(.*)\\})? (\\S+)$`, 's');
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/gy;

/**
 * Reads Prometheus' text format 0.0.4 as strictly as its own parser: every family has HELP and TYPE before its samples, is
 * there once, and no sample has the labels of another.
 * @throws where it is not that format.
 */
export function parseExposition(text: string): readonly ReadFamily[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  const families: {
    name: string;
    type: string;
    help: string;
    samples: { labels: Record<string, string>; value: number }[];
  }[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const comment = new RegExp(`^# (HELP|TYPE) (${metricName}) (.*)$`, 's').exec(line);
    const [, word, named = '', rest = ''] = comment ?? [];
    if (word === 'HELP') {
      if (families.some(({ name }) => name === named)) throw new Error(`${named} is there twice`);
      families.push({ name: named, type: '', help: unescape(rest), samples: [] });
      continue;
    }
    const family = families.at(-1);
    if (word === 'TYPE') {
      if (family?.name !== named || family.type !== '' || !/^(gauge|counter)$/.test(rest)) throw new Error(line);
      family.type = rest;
      continue;
    }
    const sample = samplePattern.exec(line);
    if (sample === null || family?.name !== sample[1] || family?.type === '') throw new Error(`not a sample: ${line}`);
    family?.samples.push({ labels: readLabels(sample[2] ?? ''), value: readValue(sample[3] ?? '') });
  }
  return families;
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let end = 0;
  for (const match of text.matchAll(labelPattern)) {
    const [whole, name = '', value = ''] = match;
    if (Object.hasOwn(labels, name)) throw new Error(`${name} is there twice`);
    labels[name] = unescape(value);
    end = match.index + whole.length;
  }
  if (end !== text.length) throw new Error(`not labels: ${text}`);
  return labels;
}

function readValue(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  if (text !== 'NaN' && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}

function unescape(text: string): string {
  return text.replaceAll(/\\(["\\n])/g, (_match, character: string) => (character === 'n' ? '\n' : character));
}
