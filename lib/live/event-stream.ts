/** One event of a stream (HTML Living Standard, section 9.2). */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
}

/** An event as bytes of the stream say it. `id` is what a client names as Last-Event-ID; null: it leaves that as it was. */
export function writeStreamEvent({ type, data, id }: StreamEvent & { readonly id: string | null }): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${id === null ? '' : `id: ${id.replaceAll(/[\r\n\0]/g, '')}\n`}event: ${type}\n${lines.join('')}\n`;
}

/**
 * Takes whole events off the front of what has arrived; `rest` is to be put before what comes next. Comments, which keep
 * a silent connection open, are passed over.
 */
export function readStreamEvents(text: string): { readonly events: readonly StreamEvent[]; readonly rest: string } {
  const blocks = text.split(/\r\n\r\n|\n\n|\r\r/);
  const rest = blocks.pop() ?? '';
  const events = blocks.flatMap((block): readonly StreamEvent[] => {
    let type = 'message';
    const data: string[] = [];
    for (const line of block.split(/\r\n|\r|\n/)) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'event') type = value;
      if (field === 'data') data.push(value);
    }
    return data.length === 0 ? [] : [{ type, data: data.join('\n') }];
  });
  return { events, rest };
}
