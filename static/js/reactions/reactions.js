// Jams and comments as they are to be shown: what the nest knows, and what I have just said.

const ECHO_WITHIN_MS = 10_000;
const STALE_AFTER_MS = 3_000;

// Who cheers for a song; mine as I pressed it, though the nest has not answered yet.
export function readJams(song, { you, pending }) {
  const wanted = pending.jams[song.song_id];
  const mine = song.jams.some((jam) => jam.id === you.id);
  if (wanted === undefined || wanted === mine) return song.jams;

  return wanted ? [...song.jams, you] : song.jams.filter((jam) => jam.id !== you.id);
}

export function hasMyJam(song, state) {
  return readJams(song, state).some((jam) => jam.id === state.you.id);
}

// What has been said about a song, with my own words at the end until the nest repeats them.
export function readComments(song, { you, pending }) {
  const mine = Object.values(pending.comments).filter((words) => words.song_id === song.song_id);
  const unanswered = mine.filter((words) => !isEchoed(words, song, you));
  return [...song.comments, ...unanswered.map(({ text, at_ms: at }) => ({ ...you, text, at_ms: at, isPending: true }))];
}

function isEchoed({ text, at_ms: saidAt }, { comments }, you) {
  return comments.some(
    (comment) =>
      comment.id === you.id && comment.text === text && comment.at_ms > saidAt - ECHO_WITHIN_MS,
  );
}

// Who has begun to cheer between two states of a nest, each once.
export function findNewJams(before, after) {
  if (before.queue === after.queue && before.song === after.song) return [];

  const known = new Map(listSongs(before).map((song) => [song.song_id, song.jams]));
  const fresh = listSongs(after).flatMap((song) => {
    const old = known.get(song.song_id);
    if (!old || old === song.jams) return [];
    return song.jams.map((jam) => jam.id).filter((id) => !old.some((jam) => jam.id === id));
  });
  return [...new Set(fresh)];
}

// The airhorn that was blown between two states; not one that a return to the nest has brought along.
export function findNewAirhorn(before, after, now) {
  const [horn] = after?.airhorns ?? [];
  const known = before?.airhorns[0]?.at_ms;
  const isNew = before && horn && horn.at_ms !== known && horn.at_ms > now - STALE_AFTER_MS;
  return isNew ? horn : null;
}

// The first few, and how many more there are.
export function capList(people, most) {
  if (people.length <= most) return { shown: people, more: 0 };
  return { shown: people.slice(0, most - 1), more: people.length - most + 1 };
}

export function joinNames(people) {
  const names = people.map(({ name, throwback }) => (throwback ? `${name}, who brought it once` : name));
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join("");
}

function listSongs({ song, queue }) {
  return song ? [song, ...queue] : queue;
}
