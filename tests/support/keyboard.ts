import type { Page } from 'playwright-core';
import { z } from 'zod';

/*
 * Somebody who has a keyboard and no mouse. Every step looks whether the focus can be seen (WCAG 2.2, 2.4.7) and whether
 * nothing lies over it (2.4.11).
 */

/** The most stops on the way to what is looked for: nobody presses Tab for ever. */
const maxStops = 150;

const focused = z.object({
  /** What a screen reader would call it, about. */
  name: z.string(),
  tag: z.string(),
  isMarked: z.boolean(),
  isInWindow: z.boolean(),
  /** What lies over its middle; '': nothing. */
  covering: z.string(),
});
type Focused = z.infer<typeof focused>;

/** Runs in the page. */
function describeFocus(): Focused {
  const element = document.activeElement ?? document.body;
  const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((label) => label.innerText) : [];
  const text = element instanceof HTMLElement ? element.innerText : element.textContent;
  const name = element.getAttribute('aria-label') ?? (labels.length > 0 ? labels.join(' ') : text);
  const marks = [element, ...element.querySelectorAll('*'), element.parentElement ?? element].map((one) =>
    getComputedStyle(one),
  );
  const isMarked = marks.some(
    ({ outlineStyle, outlineWidth, boxShadow }) =>
      (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || (boxShadow !== 'none' && boxShadow !== ''),
  );
  const box = [...element.getClientRects()][0] ?? element.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  const isItself =
    top === null || element.contains(top) || top.contains(element) || top.closest('label')?.control === element;
  return {
    name: name.trim().replace(/\s+/g, ' ').slice(0, 200),
    tag: element.localName,
    isMarked,
    isInWindow: x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight,
    covering: isItself ? '' : `${top.localName}.${top.className}`,
  };
}

/** What has the focus now. */
export async function readFocus(page: Page): Promise<Focused> {
  return focused.parse(await page.evaluate(describeFocus));
}

/**
 * Presses Tab, or Shift+Tab, until what has the focus is called so.
 * @throws where it does not come, or where a stop on the way cannot be seen.
 */
export async function tabTo(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<Focused> {
  const stops: string[] = [];
  for (let stop = 0; stop < maxStops; stop += 1) {
    await page.keyboard.press(key);
    const focus = await readFocus(page);
    stops.push(focus.name.slice(0, 40));
    if (focus.tag === 'body') continue;
    const where = `“${focus.name}” (<${focus.tag}>) on ${page.url()}`;
    if (!focus.isMarked) throw new Error(`The focus cannot be seen at ${where}`);
    if (!focus.isInWindow) throw new Error(`The focus is outside of the window at ${where}`);
    if (focus.covering !== '') throw new Error(`${focus.covering} lies over the focus at ${where}`);
    if (name.test(focus.name)) return focus;
  }
  throw new Error(`No stop is called ${String(name)} on ${page.url()}: ${stops.join(' | ')}`);
}

/** Goes to what is called so and presses Enter. */
export async function follow(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

/** Goes to a field that is called so and types into it, in place of what stood there. */
export async function typeInto(page: Page, name: RegExp, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}
