import fc from 'fast-check';
import {
  maxDialogueLines,
  noteInjection,
  startDialogue,
  stopDialogue,
  takeHandshake,
  takeLine,
  type DialoguePlan,
  type DialogueState,
} from '#lib/mail/dialogue.ts';
import { tlsModes } from '#lib/model/endpoint.ts';
import { planOf, replay } from './replay.ts';

const plans = (['imap', 'pop3', 'smtp', 'sieve'] as const).flatMap((dialogue) =>
  tlsModes.map((tlsMode) => planOf(dialogue, tlsMode)),
);

/** Does what the dialogue says, with these lines from the server and then nothing more. */
function converse(
  plan: DialoguePlan,
  lines: readonly string[],
): { readonly state: DialogueState; readonly steps: number } {
  const left = [...lines];
  let state = startDialogue(plan);
  for (let steps = 0; ; steps += 1) {
    if (state.stage === 'ended') return { state, steps };
    if (state.action.kind === 'upgrade') state = takeHandshake(plan, state);
    const line = left.shift();
    state = line === undefined ? stopDialogue(state, { reason: 'closed' }) : takeLine(plan, state, line);
  }
}

const bytes = fc.uint8Array({ maxLength: 60 }).map((octets) => String.fromCharCode(...octets).replaceAll('\n', ''));
const plausible = fc.constantFrom(
  '* OK [CAPABILITY IMAP4rev1 STARTTLS] hi',
  '* CAPABILITY IMAP4rev1 STARTTLS',
  '* BYE',
  '* X {12}',
  'a1 OK',
  'a2 OK',
  'a3 OK',
  'a1 NO [UNAVAILABLE]',
  '+OK',
  '-ERR',
  'STLS',
  '.',
  '220 mx',
  '220-mx',
  '250-STARTTLS',
  '250 STARTTLS',
  '421 later',
  '221 bye',
  '"STARTTLS"',
  '"SIEVE" {12}',
  'OK',
  'NO (TRYLATER) "later"',
);

describe('any dialogue', () => {
  it('ends after any bytes, without an exception', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...plans),
        fc.array(
          fc.oneof(
            plausible,
            bytes,
            fc.tuple(plausible, bytes).map(([a, b]) => a + b),
          ),
          { maxLength: 300 },
        ),
        (plan, lines) => {
          const { state, steps } = converse(plan, lines);
          expect(steps).toBeLessThanOrEqual(maxDialogueLines + 1);
          expect(['done', 'failed']).toContain(state.action.kind);
          expect((state.failure?.said ?? '').length).toBeLessThanOrEqual(512);
          expect(state.facts.starttls === 'not-applicable').toBe(plan.tlsMode === 'implicit');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('claims capabilities after TLS only when TLS has begun', () => {
    fc.assert(
      fc.property(fc.array(plausible, { maxLength: 30 }), (lines) => {
        for (const plan of plans.filter(({ tlsMode }) => tlsMode === 'starttls')) {
          const { facts } = converse(plan, lines).state;
          if (facts.capabilitiesAfterTls !== null) expect(facts.starttls).toBe('accepted');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('ends by itself when a reply does not', () => {
    const endless = Array.from({ length: maxDialogueLines + 5 }, () => '220-and so on');
    expect(converse(planOf('smtp', 'starttls'), endless).state.failure).toMatchObject({
      stage: 'greeting',
      reason: 'limit',
    });
  });

  it('takes no line while the handshake is due, and none after the end', () => {
    const plan = planOf('smtp', 'starttls');
    const upgrading = replay(
      plan,
      `S: 220 mx
       C: EHLO latchwatch.invalid
       S: 250-mx
       S: 250 STARTTLS
       C: STARTTLS
       S: 220 go`,
    );
    expect(takeLine(plan, upgrading, '250 AUTH PLAIN')).toBe(upgrading);
    const ended = stopDialogue(upgrading, { reason: 'tls', said: 'ERR_SSL_WRONG_VERSION_NUMBER' });
    expect(ended.failure).toEqual({ stage: 'handshake', reason: 'tls', said: 'ERR_SSL_WRONG_VERSION_NUMBER' });
    expect(takeLine(plan, ended, '221 bye')).toBe(ended);
    expect(takeHandshake(plan, ended)).toBe(ended);
    expect(stopDialogue(ended, { reason: 'closed' })).toBe(ended);
  });

  it('ends as a failure when plaintext was injected, however well the rest went', () => {
    const plan = planOf('imap', 'starttls');
    const upgrading = replay(
      plan,
      `S: * OK [CAPABILITY STARTTLS] hi
       C: a1 STARTTLS
       S: a1 OK`,
    );
    let state = takeHandshake(plan, noteInjection(upgrading, 'a2 OK injected'));
    for (const line of ['* CAPABILITY IMAP4rev1', 'a2 OK', '* BYE', 'a3 OK']) state = takeLine(plan, state, line);
    expect(state.action).toMatchObject({ kind: 'failed', failure: { stage: 'starttls', reason: 'protocol' } });
    expect(state.facts.capabilitiesAfterTls).toEqual(['IMAP4rev1']);
  });
});
