import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { z } from 'zod';

/*
 * What a page has to be for whoever does not see it as we do. axe comes in through the debugger (Runtime.evaluate), which
 * the policy of the page does not govern: nothing is switched off, and the page under test is the one that people get.
 */

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

const violations = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string() })) }),
);
const allRules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
/** Rules whose answer another theme can change; what a theme does not touch is asked once. */
const colourRules = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** What axe finds wrong in one theme: rule, element and reason. */
async function findBarriers(page: Page, runOnly: typeof allRules): Promise<readonly string[]> {
  // A theme that was just switched has to arrive at every element.
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    await Promise.allSettled(
      document
        .getAnimations()
        .flatMap((animation) =>
          animation.effect?.getComputedTiming().endTime === Infinity ? [] : [animation.finished],
        ),
    );
  });
  const run = `axe.run(document, ${JSON.stringify({ runOnly, resultTypes: ['violations'], preload: false })}).then((found) => found.violations)`;
  return violations
    .parse(await page.evaluate(run))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`),
    );
}

/** How often it is looked again: a theme that was just switched arrives element by element. */
const looks = 3;

async function findLastingBarriers(page: Page, runOnly: typeof allRules): Promise<readonly string[]> {
  let found: readonly string[] = [];
  for (let look = 0; look < looks; look += 1) {
    found = await findBarriers(page, runOnly);
    if (found.length === 0) break;
  }
  return found;
}

/** What axe finds wrong with the page in the light theme, in which it stays. */
export async function findBarriersInLight(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  await page.emulateMedia({ colorScheme: 'light' });
  return findLastingBarriers(page, allRules);
}

/** What axe finds wrong with the page in both themes. It stays in the dark one. */
export async function findAllBarriers(page: Page): Promise<readonly string[]> {
  const light = await findBarriersInLight(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  return [...light, ...(await findLastingBarriers(page, colourRules)).map((barrier) => `dark: ${barrier}`)];
}

/** Runs in the page: what does not fit the window, and what a finger misses (WCAG 2.2, 1.4.10 and 2.5.8). */
function measure(): readonly string[] {
  const wrong: string[] = [];
  const name = (element: Element): string => {
    const text = (element.getAttribute('aria-label') ?? element.textContent).trim().replace(/\s+/g, ' ').slice(0, 60);
    const parent = element.parentElement?.closest('[id], section, form, table, nav');
    return `<${element.localName} class="${(element.getAttribute('class') ?? '').slice(0, 60)}"> “${text}” in ${parent?.id ?? ''} ${parent?.localName ?? ''}`;
  };
  const scrolls = (element: Element): boolean => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
  const inScroller = (element: Element): boolean => {
    for (let up = element.parentElement; up !== null; up = up.parentElement) if (scrolls(up)) return true;
    return false;
  };
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.closest('.sr-only') === null;
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) wrong.push(`the page is ${String(scrollWidth)} wide in ${String(clientWidth)}`);
  const elements = [...document.body.querySelectorAll('*')].filter(isShown);
  if (scrollWidth > clientWidth) {
    const wide = elements.filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1 && !inScroller(element),
    );
    for (const element of wide.slice(-3)) wrong.push(`too wide: ${name(element)}`);
  }
  for (const element of elements) {
    if (scrolls(element) && element.scrollWidth > element.clientWidth + 1) {
      const label = element.getAttribute('aria-label') ?? element.getAttribute('aria-labelledby') ?? '';
      const isField = ['textarea', 'select'].includes(element.localName);
      const reachable = element.matches('[tabindex="0"]') || element.querySelector('a, button, input, select') !== null;
      if (!isField && !reachable) wrong.push(`scrolls and no key gets there: ${name(element)}`);
      if (!isField && label === '') wrong.push(`scrolls and has no name: ${name(element)}`);
    }
    const { overflowX, textOverflow } = getComputedStyle(element);
    const isCut = ['hidden', 'clip'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1;
    if (isCut && textOverflow !== 'ellipsis' && element.localName !== 'svg' && element.clientWidth > 1) {
      const edge = element.getBoundingClientRect().right + 1;
      const inside = [...element.querySelectorAll('*')].filter((part) => part.getBoundingClientRect().right > edge);
      const innermost = inside.find(
        (part) => !inScroller(part) && !inside.some((other) => other !== part && part.contains(other)),
      );
      if (innermost !== undefined) wrong.push(`cut off: ${name(innermost)} by ${name(element)}`);
    }
  }
  const targets = elements.filter((element) =>
    element.matches('a[href], button, summary, select, [role=button], input:not([type=hidden]), label:has(input)'),
  );
  const boxes = targets.map((element) => element.getBoundingClientRect());
  const isSmall = (box: DOMRect): boolean => box.width < 24 || box.height < 24;
  targets.forEach((element, index) => {
    const box = boxes[index];
    if (box === undefined || box.width === 0 || !isSmall(box)) return;
    const label = element.closest('label');
    if (label !== null && label !== element && !isSmall(label.getBoundingClientRect())) return;
    // Inline: a link in a sentence is as high as its line.
    if (getComputedStyle(element).display === 'inline' && element.localName === 'a') {
      const around = element.parentElement?.closest('p, li, dd, td, th, h1, h2, h3, span, div');
      const own = element.textContent.trim();
      const whole = (around?.textContent ?? '').trim();
      if (whole.length > own.length) return;
    }
    // Spacing: no other target inside a circle of 24 px around its middle.
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const isCrowded = boxes.some((other, place) => {
      if (place === index || other.width === 0) return false;
      const between = targets[place];
      if (between === undefined || between.contains(element) || element.contains(between)) return false;
      const dx = Math.max(other.left - x, 0, x - other.right);
      const dy = Math.max(other.top - y, 0, y - other.bottom);
      const reach = isSmall(other)
        ? Math.hypot(other.x + other.width / 2 - x, other.y + other.height / 2 - y) < 24
        : Math.hypot(dx, dy) < 12;
      return reach;
    });
    if (isCrowded)
      wrong.push(
        `too small a target: ${name(element)} ${String(Math.round(box.width))}x${String(Math.round(box.height))}`,
      );
  });
  return [...new Set(wrong)];
}

const wide = { width: 1280, height: 900 };
/**
 * WCAG 2.2, 1.4.10 (reflow) and 1.4.4 (the wide window at twice the size shows as much as one half as wide), both with
 * letters as far apart as 1.4.12 lets readers set them. It stands in for fonts that are wider than the one here, too.
 */
const shapes = [
  { name: '320 px wide', width: 320, height: 720 },
  { name: 'twice the size', width: wide.width / 2, height: wide.height / 2 },
] as const;

/** Runs in the page: spaces the text, or no longer. A sheet of the page's own would be refused by its policy. */
function spaceText(isOn: boolean): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }');
  document.adoptedStyleSheets = isOn ? [sheet] : [];
}

/** What is lost or too small where the window is narrow. The window is wide again afterwards. */
export async function findLayoutLosses(page: Page): Promise<readonly string[]> {
  const losses: string[] = [];
  await page.evaluate(spaceText, true);
  for (const { name, width, height } of shapes) {
    await page.setViewportSize({ width, height });
    losses.push(...(await page.evaluate(measure)).map((loss) => `${name}: ${loss}`));
  }
  await page.evaluate(spaceText, false);
  await page.setViewportSize(wide);
  return losses;
}

/** Runs in the page: characters of strangers that a page would obey, in texts and in what is read out. */
function listUnescaped(pattern: string): readonly string[] {
  const obeyed = new RegExp(pattern, 'u');
  const found: string[] = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || ['script', 'style', 'textarea'].includes(parent.localName)) continue;
    if (obeyed.test(node.textContent ?? ''))
      found.push(
        `text in <${parent.localName} class="${parent.className}">: ${JSON.stringify(node.textContent).slice(0, 120)}`,
      );
  }
  for (const element of document.querySelectorAll('[title], [aria-label], [placeholder], [alt]')) {
    for (const name of ['title', 'aria-label', 'placeholder', 'alt']) {
      const value = element.getAttribute(name) ?? '';
      if (obeyed.test(value)) found.push(`${name} of <${element.localName}>: ${JSON.stringify(value).slice(0, 120)}`);
    }
  }
  return [...new Set(found)];
}

/** Texts and labels of the page with characters that turn text around, hide, or control. */
export async function findUnescaped(page: Page, characters: RegExp): Promise<readonly string[]> {
  return page.evaluate(listUnescaped, characters.source);
}
