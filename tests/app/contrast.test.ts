import { readdirSync, readFileSync } from 'node:fs';

type Rgb = readonly [red: number, green: number, blue: number];
type Theme = ReadonlyMap<string, string>;

const css = readFileSync('app/globals.css', 'utf8');

/** The custom properties that a rule sets itself, up to the rule within it or its end. */
function readTheme(opening: string): Theme {
  const start = css.indexOf(`${opening} {`);
  if (start < 0) throw new Error(`no rule ${opening}`);
  const body = /[^{}]*/.exec(css.slice(start + opening.length + 2))?.[0] ?? '';
  return new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
}

const light = readTheme(':root');
const dark = readTheme('@variant dark');

function valueOf(theme: Theme, name: string): string {
  const value = theme.get(name);
  if (value === undefined) throw new Error(`no --${name}`);
  return value;
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

/** Linear light, 0 to 1. */
function colour(theme: Theme, name: string): Rgb {
  const [, red = '', green = '', blue = ''] = /^#(..)(..)(..)$/.exec(valueOf(theme, name)) ?? [];
  const channel = (hex: string) => linear(parseInt(hex, 16) / 255);
  return [channel(red), channel(green), channel(blue)];
}

/** Oklab from linear sRGB and back: CSS Color 4 section 9.3. */
function toOklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function mix(top: Rgb, share: number, below: Rgb): Rgb {
  const [a, b] = [toOklab(top), toOklab(below)];
  const part = (index: 0 | 1 | 2) => a[index] * share + b[index] * (1 - share);
  return fromOklab([part(0), part(1), part(2)]);
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const tones = ['crit', 'fail', 'warn', 'info', 'ok', 'unknown'] as const;
const grounds = ['page', 'surface', 'sunken'] as const;

/** What is written on what: text colours on the three grounds, and on buttons. */
const pairs: readonly (readonly [text: string, ground: string])[] = [
  ...['text', 'muted', 'accent', ...tones].flatMap((text) => grounds.map((ground) => [text, ground] as const)),
  ['accent-text', 'accent'],
];

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_name, theme) => {
  test.each(pairs)('writes %s on %s with a contrast of 4.5 to 1 or more', (text, ground) => {
    expect(contrast(colour(theme, text), colour(theme, ground))).toBeGreaterThanOrEqual(4.5);
  });

  const tinted = (tone: string): Rgb =>
    mix(colour(theme, tone), parseFloat(valueOf(theme, 'tint')) / 100, colour(theme, 'surface'));

  test.each(tones)('writes on a ground tinted with %s: the tone itself, text, muted text and links', (tone) => {
    for (const text of [tone, 'text', 'muted', 'accent']) {
      const ratio = contrast(colour(theme, text), tinted(tone));
      expect([text, ratio >= 4.5 ? 'legible' : ratio]).toEqual([text, 'legible']);
    }
  });

  test.each(['accent', 'line-strong', ...tones])('draws %s with 3 to 1 or more on every ground and tint', (line) => {
    const all = [
      ...grounds.map((ground) => [ground, colour(theme, ground)] as const),
      ...tones.map((tone) => [`tint of ${tone}`, tinted(tone)] as const),
    ];
    for (const [ground, below] of all) {
      const ratio = contrast(colour(theme, line), below);
      expect([ground, ratio >= 3 ? 'visible' : ratio]).toEqual([ground, 'visible']);
    }
  });
});

test('the dark theme says everything that the light one says', () => {
  expect([...dark.keys()].toSorted()).toEqual([...light.keys()].toSorted());
});

test('the two formulas give what they are known to give', () => {
  const white: Rgb = [1, 1, 1];
  const black: Rgb = [0, 0, 0];
  expect(contrast(white, black)).toBeCloseTo(21, 5);
  expect(mix(white, 0, [0.2, 0.4, 0.6])[1]).toBeCloseTo(0.4, 4);
  // color-mix(in oklab, white 50%, black) is rgb(99 99 99), which is 0.1247 of light.
  expect(luminance(mix(white, 0.5, black))).toBeCloseTo(0.125, 2);
});

test('text and its ground are only ever the colours above, in full', () => {
  const faded = /\btext-(text|muted|accent|accent-text|crit|fail|warn|info|ok|unknown)\/\d+/;
  const classes = ['components', 'app'].flatMap((folder) => filesOf(folder).filter((text) => faded.test(text)));
  expect(classes).toEqual([]);
});

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tsx'))
    .map((path) => readFileSync(`${folder}/${path}`, 'utf8'));
}
