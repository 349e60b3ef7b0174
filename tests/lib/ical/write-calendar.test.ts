import fc from 'fast-check';
import { writeCalendar, type CalendarEvent } from '#lib/ical/write-calendar.ts';

const event: CalendarEvent = {
  ...{ uid: 'a@b', at: Date.UTC(2026, 10, 24, 4, 1, 13), changedAt: 0, categories: [] },
  ...{ summary: 'Ends', description: 'x', url: 'https://monitor.example/certificates/ab' },
};
const write = (change: Partial<CalendarEvent>) =>
  writeCalendar({ productId: '-//Test//EN', name: 'Ends', events: [{ ...event, ...change }] });

/** Lines as a reader of RFC 5545 section 3.1 sees them. */
const unfold = (text: string): readonly string[] => text.replaceAll('\r\n ', '').split('\r\n');
const valueOf = (text: string, name: string): string =>
  unfold(text)
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1) ?? '';
/** Section 3.3.11, the other way round. */
const unescape = (value: string): string =>
  value.replaceAll(/\\(.)/g, (_all, character: string) => (character.toLowerCase() === 'n' ? '\n' : character));

describe('a calendar', () => {
  it('begins and ends as one, with instants in UTC', () => {
    const lines = unfold(write({}));
    expect(lines.slice(0, 3)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN']);
    expect(lines).toContain('DTSTART:20261124T040113Z');
    expect(lines).toContain('DTSTAMP:19700101T000000Z');
    expect(lines.slice(-3)).toEqual(['END:VEVENT', 'END:VCALENDAR', '']);
  });

  it('lets no text begin a line of its own', () => {
    const text = write({
      summary: 'x\r\nEND:VEVENT\nBEGIN:VALARM\u2028ATTACH:file:///etc\u0085',
      categories: ['a,b;c'],
    });
    expect(unfold(text).filter((line) => /^(?:BEGIN|END|ATTACH):/.test(line))).toEqual([
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'END:VEVENT',
      'END:VCALENDAR',
    ]);
    expect(valueOf(text, 'CATEGORIES')).toBe('a\\,b\\;c');
  });

  it('folds lines at 75 octets and gives every text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (summary) => {
        const text = write({ summary });
        expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
        expect(text).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
        const expected = summary.replaceAll(/\r\n|\r/g, '\n').replaceAll(/(?!\n)[\p{Cc}\u2028\u2029]/gu, '\ufffd');
        expect(unescape(valueOf(text, 'SUMMARY'))).toBe(expected);
      }),
    );
  });

  it('cuts no character in two', () => {
    const summary = '\u{1f512}'.repeat(60);
    expect(valueOf(write({ summary }), 'SUMMARY')).toBe(summary);
    expect(write({ summary })).not.toContain('\ufffd');
  });
});
