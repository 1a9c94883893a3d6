// What the server understood and will not do, or could not be asked: a code and a sentence.

export class Refusal extends Error {
  constructor({ error, message, ...more }) {
    super(message);
    Object.assign(this, more);
    this.error = error;
  }
}

// Resolves to the answer, or to what `handle(refusal)` makes of a refusal. Whatever else went wrong is
// a fault of ours and goes on.
export function catchRefusal(answer, handle = () => null) {
  return answer.catch((fault) => {
    if (!(fault instanceof Refusal)) throw fault;
    return handle(fault);
  });
}
