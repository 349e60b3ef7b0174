import fc from 'fast-check';
import { Name } from '#lib/dns/name.ts';
import type { DnsReply } from '#lib/dnssec/steps.ts';
import { algorithms } from '#lib/dnssec/algorithms.ts';
import { validate } from '#lib/dnssec/validate.ts';
import type { RecordToSend } from '#tests/lib/dns/message-builder.ts';
import type { Nsec3Options } from '#tests/support/denial-chain.ts';
import { worldNow } from '#tests/support/served-zone.ts';
import {
  ask,
  buildAnswer,
  createWorld,
  nameOf,
  readQuestion,
  replyWith,
  spoil,
  type World,
} from '#tests/support/signed-world.ts';
import { address, cname } from '#tests/support/zone-records.ts';
import { createKey, isBelow } from '#tests/support/zone-signer.ts';

const rootKeys = [createKey()];
const zoneKeys = [createKey()];
const childKeys = [createKey()];

const label = fc.constantFrom('a', 'b', 'c', '*');
const below = (max: number) =>
  fc.array(label, { minLength: 1, maxLength: max }).map((labels) => [...labels, 'zone'].join('.'));

interface Plan {
  readonly names: readonly string[];
  readonly aliases: readonly string[];
  readonly signedCut: string | null;
  readonly unsignedCut: string | null;
  readonly nsec3: Nsec3Options | null;
}

const cut = fc.option(fc.constantFrom('a.zone', 'b.zone', 'a.b.zone', 'b.c.zone'));
const plan: fc.Arbitrary<Plan> = fc.record({
  names: fc.uniqueArray(below(3), { maxLength: 6 }),
  aliases: fc.uniqueArray(below(2), { maxLength: 2 }),
  signedCut: cut,
  unsignedCut: cut,
  nsec3: fc.option(
    fc.record({
      iterations: fc.nat(3),
      salt: fc.array(fc.nat(255), { maxLength: 4 }),
      optOut: fc.boolean(),
    }),
  ),
});

/** Nothing but the delegation itself stands at or below a cut, and cuts do not contain each other. */
function build({ names, aliases, signedCut, unsignedCut, nsec3 }: Plan) {
  const nested =
    unsignedCut !== null && signedCut !== null && (isBelow(unsignedCut, signedCut) || isBelow(signedCut, unsignedCut));
  // With opt-out, nothing can prove the names beside such a delegation where a wildcard stands above.
  const unprovable = nsec3?.optOut === true && unsignedCut !== null && unsignedCut.split('.').length > 2;
  const unsigned = nested || unprovable ? null : unsignedCut;
  const cuts = [signedCut, unsigned].filter((one) => one !== null);
  const isOwn = (name: string) => !cuts.some((one) => isBelow(name, one));
  const ownAliases = aliases.filter(isOwn);
  const ownNames = names.filter((name) => isOwn(name) && !ownAliases.includes(name));
  const world = createWorld([
    { apex: '.', keys: rootKeys },
    {
      apex: 'zone',
      keys: zoneKeys,
      ...(nsec3 === null ? {} : { nsec3 }),
      records: [...ownNames.map((name) => address(name)), ...ownAliases.map((name) => cname(name, 'zone'))],
    },
    ...(signedCut === null ? [] : [{ apex: signedCut, keys: childKeys, records: [address(`a.${signedCut}`)] }]),
    ...(unsigned === null ? [] : [{ apex: unsigned, keys: null, records: [address(`a.${unsigned}`)] }]),
  ]);
  return { world, unsigned };
}

const question = fc
  .tuple(fc.array(label, { maxLength: 4 }), fc.constantFrom('A', 'MX', 'DS', 'CNAME', 'SOA', 'NS'))
  .map(([labels, type]) => ({ name: [...labels, 'zone'].join('.'), type }));

describe('a random world', () => {
  it('is secure or insecure as it was made, and never bogus', () => {
    fc.assert(
      fc.property(plan, fc.array(question, { minLength: 1, maxLength: 4 }), (of, questions) => {
        const { world, unsigned } = build(of);
        for (const { name, type } of questions) {
          const { verdict } = ask(world, `${name} ${type}`);
          const hidden = unsigned !== null && isBelow(name, unsigned) && !(name === unsigned && type === 'DS');
          if (of.nsec3?.optOut === true) expect(verdict).toMatch(hidden ? /^insecure/ : /^secure$|^insecure opt-out$/);
          else expect(verdict).toBe(hidden ? 'insecure no-ds' : 'secure');
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('what somebody changes on the way', () => {
  const worlds = [null, {}].map((nsec3): World =>
    createWorld([
      { apex: '.', keys: rootKeys },
      {
        apex: 'zone',
        keys: zoneKeys,
        ...(nsec3 === null ? {} : { nsec3 }),
        records: [
          address('www.zone'),
          address('www.zone', '192.0.2.2'),
          address('*.w.zone'),
          cname('alias.zone', 'www.zone'),
        ],
      },
    ]),
  );
  const questions = [
    'www.zone A',
    'www.zone MX',
    'x.w.zone A',
    'x.w.zone MX',
    'nope.zone A',
    'alias.zone A',
    'zone DS',
    'zone DNSKEY',
  ];
  const essence = (world: World, asked: string, tamper: Parameters<typeof spoil>[1]) => {
    const { validation } = ask(world, asked, { tamper: spoil(asked, tamper) });
    const { records, result, denial, hops } = validation;
    return { state: result.state, said: JSON.stringify([records, denial?.kind, hops.map(({ to }) => to)]) };
  };

  it('never turns one bit of the data of a record into something else that is secure', () => {
    const where = fc.record({
      world: fc.constantFrom(...worlds),
      asked: fc.constantFrom(...questions),
      at: fc.nat(),
      bit: fc.nat(),
    });
    fc.assert(
      fc.property(where, ({ world, asked, at, bit }) => {
        const honest = essence(world, asked, (answer) => answer);
        const { answer, authority } = world.answer(asked);
        const index = at % (answer.length + authority.length);
        const flipped = (record: RecordToSend, own: number): RecordToSend => {
          const turned = bit % (record.data.length * 8);
          const data = record.data.map((octet, octetAt) =>
            octetAt === turned >> 3 ? octet ^ (1 << (turned & 7)) : octet,
          );
          return own === index ? { ...record, data } : record;
        };
        const spoilt = essence(world, asked, (sent) => ({
          ...sent,
          answer: sent.answer.map(flipped),
          authority: sent.authority.map((record, own) => flipped(record, own + answer.length)),
        }));
        expect(honest.state).toBe('secure');
        expect(spoilt.state).not.toBe('insecure');
        if (spoilt.state === 'secure') expect(spoilt.said).toBe(honest.said);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, and never gives a secure answer with other data, wherever octets of any message change', () => {
    const change = fc.record({ at: fc.nat(), octet: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...worlds),
        fc.constantFrom(...questions),
        fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 6 }),
        (world, asked, changes) => {
          const honest = ask(world, asked).validation.records.map(withoutTtl);
          let step = 0;
          const spoilt = run(asked, (further) => {
            const wire = buildAnswer(world.answer(further), further);
            for (const { at, octet } of changes[step++] ?? []) wire[at % wire.length] = octet;
            return replyWith(wire);
          });
          const { result, records } = spoilt.validation;
          // A record that is gone, or has another owner, is no longer an answer; the rest must be what was signed.
          if (result.state === 'secure' && records.length > 0) expect(records.map(withoutTtl)).toEqual(honest);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws for messages of random octets', () => {
    const octets = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 46, 47, 48, 50, 0xc0, 12)),
      {
        maxLength: 150,
      },
    );
    fc.assert(
      fc.property(fc.array(octets, { minLength: 1, maxLength: 4 }), (bodies) => {
        let step = 0;
        const { validation } = run('www.zone A', () =>
          replyWith(
            Uint8Array.from([0, 7, 0x81, 0x80, 0, 0, 0, 3, 0, 3, 0, 0, ...(bodies[step++ % bodies.length] ?? [])]),
          ),
        );
        expect(validation.result.state).not.toBe('secure');
      }),
      { numRuns: 300 },
    );
  });

  function run(asked: string, reply: (further: string) => DnsReply) {
    const { name, type } = readQuestion(asked);
    const anchors = worlds.slice(0, 1).map((world) => world.anchor('.'));
    const steps = validate({ name: nameOf(name), type }, { anchors, algorithms, now: worldNow });
    let next = steps.next();
    while (next.done !== true) {
      const text = next.value.name.equals(Name.root) ? '.' : next.value.name.toString().toLowerCase();
      next = steps.next(reply(`${text} TYPE${next.value.type}`));
    }
    return next.value;
  }
});

function withoutTtl(record: string): string {
  return record.replace(/ \d+ IN /, ' IN ');
}
