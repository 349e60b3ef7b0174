import { readStreamEvents, writeStreamEvent } from '#lib/live/event-stream.ts';
import { parseLiveMessage } from '#lib/live/live-message.ts';

test('what is written is read again, however it is cut into pieces', () => {
  const events = [
    { type: 'state', data: '{"a":1}', id: '7.1' },
    { type: 'beat', data: '', id: null },
    { type: 'state', data: 'two\nlines', id: '8' },
  ];
  const wire = `: hello\n\n${events.map(writeStreamEvent).join(': beat\n\n')}`;
  for (let size = 1; size <= wire.length; size += 1) {
    let rest = '';
    const seen: { readonly type: string; readonly data: string }[] = [];
    for (let at = 0; at < wire.length; at += size) {
      const read = readStreamEvents(rest + wire.slice(at, at + size));
      rest = read.rest;
      seen.push(...read.events);
    }
    expect(seen).toEqual(events.map(({ type, data }) => ({ type, data })));
    expect(rest).toBe('');
  }
});

test('an id cannot end its line, and a comment is no event', () => {
  expect(writeStreamEvent({ type: 'state', data: '', id: 'a\nb\0' })).toBe('id: ab\nevent: state\ndata: \n\n');
  expect(readStreamEvents(': beat\n\n: beat\n\nevent: st')).toEqual({ events: [], rest: 'event: st' });
});

test('a half event waits for its end', () => {
  const { events, rest } = readStreamEvents('event: beat\ndata: x\n\nevent: state\ndata: {"v');
  expect(events).toEqual([{ type: 'beat', data: 'x' }]);
  expect(readStreamEvents(`${rest}":1}\n\n`).events).toEqual([{ type: 'state', data: '{"v":1}' }]);
});

test('a message that is none is null, and what is odd in one is left out', () => {
  const opened = { position: 3, id: 'I1', critical: true, title: 'Expired' };
  for (const text of ['', '{', 'null', '[]', '{"version":1}', '{"version":"a","position":"1","opened":[]}']) {
    expect(parseLiveMessage(text)).toBeNull();
  }
  const text = JSON.stringify({ version: 'a', position: 3, opened: [opened, null, 7, { id: 'I2' }] });
  expect(parseLiveMessage(text)).toEqual({ version: 'a', position: 3, opened: [opened] });
});
