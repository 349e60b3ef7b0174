/**
 * Why something cannot be done, as one sentence for the person at the terminal. The command line prints the message
 * and nothing else; every other error is a bug and says so.
 */
export class Refusal extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'Refusal';
  }
}
