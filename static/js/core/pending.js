// What I asked for and the nest has not answered yet: the page shows it as if it were done.
//
// `state.pending` has an object for each kind of wish. In it stands, under the song (or whatever else)
// that it is about, what I want; and so long as anything is awaited there, the newest wish counts.

export const NOTHING_PENDING = Object.freeze({
  votes: {}, // song id -> direction
  jams: {}, // song id -> whether I jam
  removals: {}, // song id -> true
  moves: {}, // song id -> the one that it is to stand before, or null: behind all
  comments: {}, // any name -> {song_id, text, at_ms}
  options: {}, // "shuffle", "repeat_mode" -> what they are to be
  playing: {}, // "wanted" -> whether it plays
  settings: {}, // a setting of the nest -> what it is to be
});

const awaited = new WeakMap(); // store -> Map of "kind key" -> how many answers

// Shows what is wanted until `answer`, a promise, is settled. Returns that promise.
export function showPending(store, kind, key, wanted, answer) {
  const counts = awaited.get(store) ?? new Map();
  awaited.set(store, counts);
  const name = `${kind} ${key}`;
  counts.set(name, (counts.get(name) ?? 0) + 1);
  change(store, kind, (wishes) => ({ ...wishes, [key]: wanted }));
  const settle = () => {
    counts.set(name, counts.get(name) - 1);
    if (counts.get(name) > 0) return;
    counts.delete(name);
    change(store, kind, ({ [key]: gone, ...others }) => others);
  };
  answer.then(settle, settle);
  return answer;
}

function change(store, kind, how) {
  const { pending } = store.state();
  store.set({ pending: { ...pending, [kind]: how(pending[kind]) } });
}
