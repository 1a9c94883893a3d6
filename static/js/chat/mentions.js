// Mentions in a message: "@" and the name of somebody who is here.

const MOST_OFFERED = 6;
const MOST_MENTIONED = 10;

// The beginning of a name that is being written before the caret: {at, beginning}, or null.
export function findMention(text, caret) {
  const found = /(?:^|\s)@([^\s@][^@]{0,39}|)$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const [, beginning] = found;
  return { at: caret - beginning.length - 1, beginning };
}

// Who may be meant: whose name, or a word of it, begins like this.
export function offerPeople(people, beginning) {
  const wanted = beginning.toLocaleLowerCase();
  const isMeant = ({ name }) => {
    const lower = name.toLocaleLowerCase();
    return lower.startsWith(wanted) || lower.split(/\s+/u).some((word) => word.startsWith(wanted));
  };
  return people.filter(isMeant).slice(0, MOST_OFFERED);
}

// The text with this person's name in place of its beginning, and where the caret is then.
export function completeMention(text, caret, { at }, { name }) {
  const before = `${text.slice(0, at)}@${name} `;
  return { text: before + text.slice(caret).trimStart(), caret: before.length };
}

// The ids of those of `people` who stand in the text.
export function readMentions(text, people) {
  const pieces = splitMentions(text, people.map(({ name }) => name));
  const marks = new Set(pieces.filter(({ mention }) => mention).map((piece) => piece.text));
  return people.filter(({ name }) => marks.has(`@${name}`)).map(({ id }) => id).slice(0, MOST_MENTIONED);
}

// [{text, mention}]: the pieces of a text, in which names of these people are mentions.
export function splitMentions(text, names) {
  const marks = names.map((name) => `@${name}`).sort((one, other) => other.length - one.length);
  const pieces = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const mark = marks.find((each) => text.startsWith(each, at));
    if (mark) {
      if (plain) pieces.push({ text: plain, mention: false });
      pieces.push({ text: mark, mention: true });
      plain = "";
    } else {
      plain += text[at];
    }
    at += mark?.length ?? 1;
  }
  if (plain) pieces.push({ text: plain, mention: false });
  return pieces;
}
