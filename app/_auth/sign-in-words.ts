const words: Readonly<Record<string, string>> = {
  person_unknown:
    'The provider knows you, this console does not. Ask an administrator to invite your e-mail address, then try again.',
  person_disabled: 'Your account is disabled. Ask an administrator to enable it.',
  email_not_verified:
    'The provider has not verified your e-mail address, so it proves nothing here. Verify it there, then try again.',
  too_many_tries: 'Too many tries. Wait some minutes, then try again.',
  provider_unusable: 'The provider cannot be used now. Sign in by password, or tell whoever runs this console.',
  access_denied: 'The provider did not let you in, or you stopped there.',
  state_mismatch: 'That took too long, or it was begun in another browser. Try again.',
  invalid_code: 'The provider took its answer back. Try again.',
  issuer_mismatch: 'The answer came from another provider than the one this console uses. Nobody was let in.',
};

/** One sentence about why a sign-in through the provider ended on the login page. */
export function describeSignInError(code: string): string {
  return Object.hasOwn(words, code)
    ? (words[code] ?? '')
    : 'Signing in through the provider did not work. Try again, or sign in by password.';
}
