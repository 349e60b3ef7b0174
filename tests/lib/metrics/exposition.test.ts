import fc from 'fast-check';
import { formatExposition, type MetricFamily } from '#lib/metrics/exposition.ts';
import { parseExposition } from '#tests/support/exposition.ts';

const family = (samples: MetricFamily['samples']): MetricFamily => ({
  name: 'latchwatch_things',
  help: 'How many\nthings, \\ counted.',
  type: 'gauge',
  samples,
});

describe('the text format of Prometheus', () => {
  it('writes help, type and samples, and leaves out what has none', () => {
    const text = formatExposition([
      family([{ value: 1.5 }, { labels: { host: 'a"b\\c\nd', kind: 'ü' }, value: Infinity }]),
      { ...family([]), name: 'latchwatch_nothing' },
    ]);
    expect(text).toBe(
      [
        '# HELP latchwatch_things How many\\nthings, \\\\ counted.',
        '# TYPE latchwatch_things gauge',
        'latchwatch_things 1.5',
        'latchwatch_things{host="a\\"b\\\\c\\nd",kind="ü"} +Inf',
        '',
      ].join('\n'),
    );
  });

  it('stops at eleven thousand samples', () => {
    const many = Array.from({ length: 8000 }, (_, index) => ({ labels: { n: String(index) }, value: index }));
    const text = formatExposition([family(many), { ...family(many), name: 'latchwatch_others' }]);
    expect(text.split('\n').filter((line) => line.startsWith('latchwatch_'))).toHaveLength(11_000);
  });

  it('gives every value back, whatever strangers wrote into a label', () => {
    const sample = fc.record({ labels: fc.record({ host: fc.string({ unit: 'grapheme' }) }), value: fc.double() });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 20 }), (samples) => {
        const [read] = parseExposition(formatExposition([family(samples)]));
        expect(read?.samples ?? []).toEqual(samples.map(({ labels, value }) => ({ labels, value: value + 0 })));
      }),
    );
  });
});
