// What the server understood and will not do, or could not be asked: a code and a sentence.

export class Refusal extends Error {
  constructor({ error, message, ...more }) {
    super(message);
    Object.assign(this, more);
    this.error = error;
  }
}
