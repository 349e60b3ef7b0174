import { customerAdvice } from '#lib/support/customer-advice.ts';
import {
  judgeProgram,
  outcomeOrder,
  type LeftOut,
  type ServiceStanding,
  type TagStanding,
} from '#lib/support/judge-client.ts';

const program = { service: 'imap', latched: ['tls-cert'], speaksDeep: true } as const;
const holds: TagStanding = { tag: 'tls-cert', state: 'holds', why: null };
const broken: TagStanding = { tag: 'tls-cert', state: 'broken', why: 'The certificate has expired' };

function imap(
  tags: readonly (readonly TagStanding[] | 'silent')[],
  more: Partial<ServiceStanding> = {},
): ServiceStanding {
  return {
    ...{ service: 'imap', port: 993, freshness: 'fresh', lookedAt: 0, verdict: 'pass' },
    addresses: tags.map((standing, index) => ({
      address: `192.0.2.${String(index)}`,
      answers: standing !== 'silent',
      tags: standing === 'silent' ? [] : standing,
    })),
    ...more,
  };
}

test('a latch that holds nowhere keeps the program out, and the reason is said', () => {
  const verdict = judgeProgram(program, [imap([[broken], [broken]])]);
  expect(verdict.outcome).toBe('refuses');
  expect(verdict.reasons).toContain('tls-cert at 192.0.2.0: The certificate has expired');
});

test('one bad address of several keeps it out now and then', () => {
  const verdict = judgeProgram(program, [imap([[holds], [broken]])]);
  expect(verdict.outcome).toBe('sometimes');
  expect(verdict.reasons[0]).toContain('1 of 2 addresses');
});

test('a broken tag that the program did not latch keeps nobody out', () => {
  expect(judgeProgram({ ...program, latched: [] }, [imap([[broken]])]).outcome).toBe('works');
});

test('a latch is asked of the service that the program uses', () => {
  const submission = imap([[broken]], { service: 'submission' });
  expect(judgeProgram(program, [imap([[holds]]), submission]).outcome).toBe('works');
  expect(judgeProgram(program, [submission]).outcome).toBe('unknown');
});

test('what is old, was never seen, cannot be proved or nobody watches is unknown, and never well', () => {
  for (const freshness of ['stale', 'never'] as const) {
    expect(judgeProgram(program, [imap([[holds]], { freshness })]).outcome).toBe('unknown');
    expect(judgeProgram(program, [imap([[broken]], { freshness })]).outcome).toBe('unknown');
  }
  expect(judgeProgram(program, [imap([[{ ...holds, state: 'unseen' }]])]).outcome).toBe('unknown');
  expect(judgeProgram(program, [imap([[{ ...holds, state: 'doubtful' }]])]).outcome).toBe('unknown');
  expect(judgeProgram({ ...program, latched: ['x-new'] }, [imap([[holds]])]).outcome).toBe('unknown');
  const half = [imap([[holds]]), imap([[holds]], { port: 143, freshness: 'stale' })];
  expect(judgeProgram(program, half).outcome).toBe('unknown');
  expect(judgeProgram(program, []).outcome).toBe('unknown');
});

test('a server that answers nowhere lets nobody in; one silent address is a fault', () => {
  expect(judgeProgram(program, [imap(['silent', 'silent'])]).outcome).toBe('unreachable');
  expect(judgeProgram(program, [imap([[holds], 'silent'])]).outcome).toBe('faulty');
  expect(judgeProgram(program, [imap([[holds]], { verdict: 'crit' })]).outcome).toBe('faulty');
});

test('what is true of a part is not said of the whole', () => {
  const judge = (services: readonly ServiceStanding[], leftOut: LeftOut) => judgeProgram(program, services, leftOut);
  for (const leftOut of ['names', 'ports'] as const) {
    const well = judge([imap([[holds]])], leftOut);
    expect([well.outcome, well.reasons.join(' ')]).toEqual(['unknown', expect.stringContaining('Only a part')]);
    const silent = judge([imap(['silent'])], leftOut);
    expect([silent.outcome, silent.reasons.join(' ')]).toEqual(['unreachable', expect.stringContaining('Only a part')]);
    expect(silent.reasons.join(' ')).not.toContain('nobody can connect');
    expect(judge([imap([[broken]])], leftOut).reasons.at(-1)).toContain('Only a part');
  }
  expect(judge([], 'names').reasons).toEqual(['Not looked up here: too many names lead to this server.']);
  expect(judge([], null).reasons).toEqual(['Nobody watches this service of the server.']);
});

test('who says nothing of latches is not known to be well, least of all by POP', () => {
  const silent = { ...program, latched: [], speaksDeep: false };
  expect(judgeProgram(silent, [imap([[holds]])]).outcome).toBe('unknown');
  const pop = judgeProgram({ ...silent, service: 'pop3' }, [imap([[holds]], { service: 'pop3' })]);
  expect([pop.outcome, pop.reasons.at(-1)]).toEqual(['unknown', expect.stringContaining('POP program cannot report')]);
});

test('there is something to tell for every outcome, and it names no tag, address or server', () => {
  const texts = outcomeOrder.map((outcome) => customerAdvice([outcome, 'works']).join(' '));
  expect(new Set(texts).size).toBe(outcomeOrder.length);
  for (const text of [...texts, customerAdvice([]).join(' ')]) {
    expect(text).not.toMatch(/tls|DEEP|latch|\d/i);
  }
  expect(customerAdvice([])[0]).toContain('says nothing about whether it can connect');
});
