import type { ProgramOutcome } from './judge-client.ts';

const blocked: readonly string[] = [
  'It has nothing to do with your password, and no mail is lost.',
  'Your mail program refuses on purpose. It was promised a protection that our server cannot show at the moment.',
  'Please do not switch the protection off and do not set the account up anew: it connects by itself once we are done.',
];

/**
 * What to tell a customer on the telephone, in their language, by how their programs stand. Nothing in it names a server,
 * an address or a tag.
 */
export function customerAdvice(outcomes: readonly ProgramOutcome[]): readonly string[] {
  if (outcomes.length === 0) {
    return [
      'We see no report of your mail program. That says nothing about whether it can connect.',
      'Please tell us the exact words of the error message, the name of the program, and since when it happens.',
    ];
  }
  const has = (outcome: ProgramOutcome) => outcomes.includes(outcome);
  if (has('refuses')) return [...blocked, 'We know of it and work on it.'];
  if (has('sometimes')) {
    return ['It works now and then, because one of several servers is at fault.', ...blocked, 'We work on it.'];
  }
  if (has('unreachable')) {
    return [
      'Our server does not answer at the moment. It is not your program, and not your password.',
      'We work on it. What others send you waits and comes afterwards.',
    ];
  }
  if (has('faulty')) {
    return [
      'We know of a fault of this server. Most programs connect all the same.',
      'Please tell us the exact words of the error message: a warning of a certificate must not be clicked away.',
    ];
  }
  if (has('unknown')) {
    return [
      'We know of no fault that would keep your program out, but we cannot see everything that it requires.',
      'Please tell us the exact words of the error message, and try it from another network, such as a mobile phone.',
    ];
  }
  return [
    'As far as we see your program can connect.',
    'Please try it from another network, such as a mobile phone. If it works there, something between you and us is in the way.',
    'If it does not work there either, tell us the exact words of the error message.',
  ];
}
