// What somebody pastes: addresses, one a line or many in one, of any catalogue or as we give them.
// Which of them name music only the server knows; here is told what is no search for words.

const OURS = /^[a-z]+:[a-z]+:[^\s:]+$/iu;
const LINK = /^(?:https?:\/\/)?[^\s./:]+\.[^\s/]+\/\S+$/iu;
const LONGEST = 300;

export function isAddress(text) {
  return text.length <= LONGEST && (OURS.test(text) || LINK.test(text));
}

// The lines, each once, if one of them at least is nothing but addresses; null for what is words.
export function splitAddresses(text) {
  const lines = [...new Set(text.split(/[\r\n]+/u).map((line) => line.trim()).filter(Boolean))];
  return lines.some((line) => line.split(/\s+/u).every(isAddress)) ? lines : null;
}

// What became of many that were to be added: uri -> why not; what else was refused.
export function groupRefusals(uris, rejected) {
  const known = new Set(uris);
  const byUri = new Map(rejected.filter(({ uri }) => known.has(uri)).map((refusal) => [refusal.uri, refusal]));
  return { byUri, others: rejected.filter(({ uri }) => !known.has(uri)) };
}
