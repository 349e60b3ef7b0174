import { renderToStaticMarkup } from 'react-dom/server';
import { BannerSamples, ToneSamples } from '#components/design/tone-samples.tsx';
import { ButtonSamples } from '#components/design/control-samples.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { buttonLooks } from '#components/ui/button-look.ts';
import { PageError } from '#components/ui/page-error.tsx';
import { RangeField } from '#components/ui/range-field.tsx';
import { Skeleton, skeletonSizes } from '#components/ui/skeleton.tsx';
import { ErrorNote } from '#components/ui/error-note.tsx';
import { PartialNote, StaleNote } from '#components/ui/state-note.tsx';
import { tones } from '#components/ui/tone.ts';
import { visibleText } from '#components/ui/visible-text.ts';

const now = Date.UTC(2026, 10, 25, 12);
const text = (html: string) => html.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');

describe('the states of a widget', () => {
  it('keeps the place of what is coming, and names it for who listens', () => {
    const html = renderToStaticMarkup(<Skeleton size="row" count={3} label="the census" />);
    expect(html.match(/aria-hidden="true"/g)).toHaveLength(3);
    expect(html.match(new RegExp(skeletonSizes.row, 'g'))).toHaveLength(3);
    expect(text(html)).toBe('Reading the census.');
    expect(html).toContain('role="status"');
  });

  it('dates what is stale, and is never green', () => {
    const html = renderToStaticMarkup(<StaleNote at={now - 3 * 3_600_000} now={now} />);
    expect(text(html)).toContain('3 hours ago · 2026-11-25 09:00:00 UTC');
    expect(html).toContain('tone-unknown');
    expect(text(renderToStaticMarkup(<StaleNote at={null} now={now} />))).toContain('Nobody has looked yet.');
  });

  it('says how much of it is there', () => {
    const html = renderToStaticMarkup(
      <PartialNote shown={3} total={5} of="name servers">
        Two are silent.
      </PartialNote>,
    );
    expect(text(html)).toBe('3 of 5 name servers. Two are silent.');
  });

  it('gives an error a number for the log and a way to try again', () => {
    const html = renderToStaticMarkup(<ErrorNote title="It failed" id="77" retry={<a href="/x">Try again</a>} />);
    expect(text(html)).toBe('It failed. The log has more under 77.Try again');
    expect(html).toContain('role="alert"');
    expect(text(renderToStaticMarkup(<ErrorNote title="It failed" id={null} />))).toBe('It failed.');
    expect(text(renderToStaticMarkup(<PageError id="digest-9" retry={() => undefined} />))).toMatch(
      /could not be made.*digest-9.*Try again/,
    );
  });

  it('sends the number that was typed, not the one that was dragged', () => {
    const html = renderToStaticMarkup(
      <RangeField label="Events" unit="days" name="events" min={30} max={400} step={10} defaultValue={97} />,
    );
    expect(html.match(/name="events"/g)).toHaveLength(1);
    expect(html).toMatch(/type="number"[^>]*name="events"|name="events"[^>]*type="number"/);
    expect(html.match(/value="97"/g)).toHaveLength(2);
  });
});

it('shows every look of every part, made from the tables of the parts', () => {
  const html = [<ToneSamples key="1" />, <BannerSamples key="2" />, <ButtonSamples key="3" />]
    .map((part) => renderToStaticMarkup(part))
    .join('');
  for (const tone of tones) expect(html.match(new RegExp(`tone-${tone} tone-fill flex`, 'g'))).toHaveLength(1);
  for (const look of Object.values(buttonLooks)) expect(html).toContain(look.replace('&', '&amp;'));
});

describe('text of strangers in attributes', () => {
  it.each([
    ['mail.example', 'mail.example'],
    ['abc\u202edef', 'abc[U+202E]def'],
    ['a\u0000b\nc', 'a[U+0000]b[U+000A]c'],
    ['x'.repeat(201), `${'x'.repeat(200)}…`],
  ])('%j is %j', (given, shown) => {
    expect(visibleText(given)).toBe(shown);
  });

  it('reach the name of a form only so', () => {
    const html = renderToStaticMarkup(
      <ActionForm action={() => Promise.resolve(null)} label={'Revoke a\u202eb'}>
        x
      </ActionForm>,
    );
    expect(html).toContain('aria-label="Revoke a[U+202E]b"');
  });
});
