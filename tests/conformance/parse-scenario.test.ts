import { parseScenario } from './parse-scenario.ts';
import type { Scenario } from './scenario.ts';

const text = `; a comment
server:
  trust-anchor: "example.org. 3600 IN DS 1 8 2 ab"   # with a comment
  val-override-date: "20300601000000"
  do-ip6: no
  domain-insecure: unsigned.example.
  ede: yes
stub-zone:
  name: "."
  stub-addr: 192.0.2.1 # the root
forward-zone:
  name: example.net
  forward-addr: 2001:DB8:0::2@53
CONFIG_END
SCENARIO_BEGIN A title (with "odd" parentheses
RANGE_BEGIN 0 10
  ADDRESS 192.0.2.1
  ADDRESS 2001:DB8:0::1
ENTRY_BEGIN
MATCH opcode qtype qname
ADJUST copy_id copy_query
REPLY QR AA NXDOMAIN
SECTION QUESTION
www.example.org. IN A
SECTION ANSWER
SECTION AUTHORITY
example.org. IN SOA ( ns.example.org. ; starts here
   root.example.org. 1 2 3 4 5 )
SECTION ADDITIONAL
ENTRY_END
RANGE_END
STEP 1 QUERY
ENTRY_BEGIN
REPLY RD DO
SECTION QUESTION
www.example.org. IN A
ENTRY_END
STEP 2 TIME_PASSES ELAPSE 0.5
STEP 3 TRAFFIC
STEP 4 CHECK_ANSWER
ENTRY_BEGIN
MATCH all ede=6
REPLY QR RD RA DO SERVFAIL ; bogus
SECTION QUESTION
www.example.org. IN A
ENTRY_END
SCENARIO_END
`;

function parsed(changed = text): Scenario {
  const scenario = parseScenario(changed);
  if (!scenario.ok) throw new Error(scenario.error);
  return scenario.value;
}

describe('parsing a recorded conversation', () => {
  it('reads the configuration', () => {
    const { config, title } = parsed();
    expect(title).toBe('A title (with "odd" parentheses');
    expect(config.now).toBe(Date.UTC(2030, 5, 1));
    expect(config.trustAnchors).toEqual(['example.org. 3600 IN DS 1 8 2 ab']);
    expect(config.insecure).toEqual(['unsigned.example.']);
    expect([config.usesIpv4, config.usesIpv6]).toEqual([true, false]);
    expect(config.options.get('ede')).toBe('yes');
    expect(config.servers.map(({ kind, zone, addresses }) => [kind, zone.toString(), addresses])).toEqual([
      ['stub', '.', ['192.0.2.1']],
      ['forward', 'example.net', ['2001:db8::2']],
    ]);
  });

  it('reads clocks in both forms, and none', () => {
    const with_ = (option: string): number | null =>
      parsed(text.replace('val-override-date: "20300601000000"', option)).config.now;
    expect(with_('val-override-timestamp: "1441892800"')).toBe(1_441_892_800_000);
    expect(with_('val-override-date: "-1"')).toBeNull();
    expect(with_('')).toBeNull();
  });

  it('reads ranges and entries', () => {
    const [range] = parsed().ranges;
    expect([range?.from, range?.to, range?.addresses]).toEqual([0, 10, ['192.0.2.1', '2001:db8::1']]);
    const [entry] = range?.entries ?? [];
    expect([...(entry?.match ?? [])]).toEqual(['opcode', 'qtype', 'qname']);
    expect([...(entry?.adjust ?? [])]).toEqual(['copy_id', 'copy_query']);
    expect([entry?.flags.has('aa'), entry?.rcode, entry?.question?.name.toString()]).toEqual([
      true,
      3,
      'www.example.org',
    ]);
    expect([entry?.answer.length, entry?.authority.length, entry?.additional.length]).toEqual([0, 1, 0]);
  });

  it('reads steps', () => {
    const { steps } = parsed();
    expect(steps.map(({ kind, number }) => [kind, number])).toEqual([
      ['query', 1],
      ['time-passes', 2],
      ['ignored', 3],
      ['check', 4],
    ]);
    const check = steps.find((step) => step.kind === 'check');
    expect([check?.entry.rcode, check?.entry.extendedError, check?.entry.flags.has('bogus')]).toEqual([2, 6, false]);
  });

  it('takes a whole message in hexadecimal', () => {
    const octets = 'HEX_ANSWER_BEGIN\n0000 8180 ; header\n0000000000000000\nHEX_ANSWER_END\nSECTION QUESTION';
    const [entry] = parsed(text.replace('SECTION QUESTION', octets)).ranges[0]?.entries ?? [];
    expect(Buffer.from(entry?.octets ?? []).toString('hex')).toBe('000081800000000000000000');
  });

  it('says in which line it gives up', () => {
    const error = (from: string, to: string): string => {
      const scenario = parseScenario(text.replace(from, to));
      return scenario.ok ? '' : scenario.error;
    };
    expect(error('STEP 3 TRAFFIC', 'STEP 3 CHECK_OUT_QUERY')).toMatch(/^line 39: .*CHECK_OUT_QUERY/);
    expect(error('SECTION ADDITIONAL', 'SECTION EXTRA')).toMatch(/^line 29: .*EXTRA/);
    expect(error('ELAPSE 0.5', 'EVAL ${1 + 1}')).toMatch(/^line 38/);
    expect(error('example.org. IN SOA', 'example.org. IN FOO')).toMatch(/^line 28: .*FOO/);
    expect(parseScenario('')).toEqual({ ok: false, error: 'line 1: the file has no steps' });
  });
});
