import { followAliases } from '#lib/dns/alias-chain.ts';
import { decodeMessage } from '#lib/dns/message.ts';
import { parseName } from '#lib/dns/name.ts';
import { recordTypes } from '#lib/dns/types.ts';
import { addressOctets, buildMessage, nameOctets, type RecordToSend } from './message-builder.ts';

const alias = (name: string, target: string): RecordToSend => ({ name, type: 'CNAME', data: nameOctets(target) });
const address = (name: string): RecordToSend => ({ name, type: 'A', data: addressOctets('192.0.2.1') });

function follow(answer: readonly RecordToSend[]) {
  const message = decodeMessage(buildMessage({ id: 1, question: { name: 'a', type: recordTypes.A }, answer }));
  const name = parseName('a');
  if (!message.ok || !name.ok) throw new Error('bad fixture');
  return followAliases(message.value, { name: name.value, type: recordTypes.A });
}

describe('aliases within an answer', () => {
  it('are followed in whatever order and case the records stand', () => {
    const chain = follow([address('C'), alias('b', 'c'), alias('A', 'B'), address('other')]);
    expect(chain.ok && chain.value.aliases.map(String)).toEqual(['B', 'c']);
    expect(chain.ok && chain.value.records.map((record) => record.name.toString())).toEqual(['C']);
  });

  it('may end at a name without records', () => {
    const chain = follow([alias('a', 'b')]);
    expect(chain.ok && [chain.value.aliases.map(String), chain.value.records]).toEqual([['b'], []]);
  });

  it.each([
    ['to itself', [alias('a', 'a')]],
    ['back to the question', [alias('a', 'b'), alias('b', 'A')]],
    ['back to the middle', [alias('a', 'b'), alias('b', 'c'), alias('c', 'b')]],
  ])('that lead %s are refused', (_, answer) => {
    const chain = follow(answer);
    expect(chain.ok ? '' : chain.error).toContain('circle');
  });

  it('are followed eight deep and no deeper', () => {
    const chainOf = (length: number) =>
      Array.from({ length }, (_, index) => alias(index === 0 ? 'a' : `n${index}`, `n${index + 1}`));
    expect(follow([...chainOf(8), address('n8')])).toMatchObject({ ok: true, value: { records: [{}] } });
    expect(follow([...chainOf(9), address('n9')])).toEqual({
      ok: false,
      error: 'more than 8 aliases follow each other',
    });
  });

  it('that cannot be read are refused', () => {
    const chain = follow([{ name: 'a', type: 'CNAME', data: [1] }]);
    expect(chain.ok ? '' : chain.error).toContain('cannot be read');
  });
});
