// What each event does to a snapshot: old snapshot + events = new snapshot.
// Pure functions of (nest, event, me): nest is the shape `Snapshot` plus `my_votes`, me an e-mail.

const HORNS_LISTED = 5;

export const reducers = {
  songs_added: (nest, event) => requeue(nest, [...nest.queue, ...mine(nest, event.songs)]),

  song_removed: (nest, event) => requeue(nest, without(nest.queue, event.song_id), event.moved),

  queue_cleared: (nest) => ({ ...nest, queue: [] }),

  queue_restored: (nest, event) => {
    const restored = new Set(event.songs.map((song) => song.song_id));
    const others = nest.queue.filter((song) => !restored.has(song.song_id));
    return requeue(nest, [...others, ...mine(nest, event.songs)], event.moved);
  },

  songs_moved: (nest, event) => requeue(nest, nest.queue, event.moved),

  vote_cast: (nest, event, me) => {
    const isMine = event.user === me;
    const voted = (song) => ({
      ...song,
      vote: event.net,
      order: event.order,
      my_vote: isMine ? event.direction : song.my_vote,
    });
    const votes = isMine ? { ...nest.my_votes, [event.song_id]: event.direction } : nest.my_votes;
    const queue = nest.queue.map((song) => (song.song_id === event.song_id ? voted(song) : song));
    return { ...nest, my_votes: votes, queue: inOrder(queue) };
  },

  jam_toggled: (nest, event) =>
    reshape(nest, event.song_id, (song) => {
      const others = song.jams.filter((jam) => jam.email !== event.user);
      return { ...song, jams: event.jammed ? [...others, event.jam] : others };
    }),

  comment_added: (nest, event) =>
    reshape(nest, event.song_id, (song) => ({
      ...song,
      comments: [...song.comments, event.comment],
    })),

  airhorn_blown: (nest, { type, rev, ts, ...horn }) => ({
    ...nest,
    airhorns: [horn, ...nest.airhorns].slice(0, HORNS_LISTED),
  }),

  playback_state: (nest, event) => ({ ...nest, playback: playbackOf(event) }),

  song_started: (nest, event) => {
    const [song] = mine(nest, [event.song]);
    const queue = without(nest.queue, song.song_id);
    return requeue({ ...nest, song, last_song: null, playback: event.playback }, queue, event.moved);
  },

  // The song stays on the page: its successor, or silence, is told by the very next event.
  song_finished: (nest, event) =>
    nest.song?.song_id === event.song_id
      ? { ...nest, last_song: { ...nest.song, status: event.outcome === "failed" ? "failed" : "played" } }
      : nest,

  song_failed: (nest, event) => {
    const isCurrent = nest.song?.song_id === event.song_id;
    const song = isCurrent ? nest.song : nest.queue.find(({ song_id: id }) => id === event.song_id);
    const current = isCurrent ? { last_song: { ...nest.song, status: "failed" } } : {};
    const failure = { song_id: event.song_id, title: song?.title ?? "", reason: event.reason };
    return requeue({ ...nest, ...current, failure }, without(nest.queue, event.song_id), event.moved);
  },

  song_length_corrected: (nest, event) => {
    const corrected = reshape(nest, event.song_id, (song) => ({ ...song, duration_ms: event.duration_ms }));
    return requeue({ ...corrected, playback: event.playback ?? nest.playback }, corrected.queue, event.moved);
  },

  next_locked: (nest, event) => ({
    ...nest,
    playback: { ...nest.playback, locked_song_id: event.song_id },
  }),

  nest_fell_silent: (nest, event) => ({ ...nest, song: null, playback: event.playback }),

  preview_changed: (nest, event) => ({ ...nest, preview: event.preview }),

  options_changed: (nest, event) => ({
    ...nest,
    playback: { ...nest.playback, shuffle: event.shuffle, repeat_mode: event.repeat_mode },
  }),

  volume_changed: (nest, event) => ({ ...nest, volume: event.volume }),

  listeners_changed: (nest, event) => {
    const gone = new Set([...event.left, ...event.joined.map((person) => person.email)]);
    const stayed = nest.listeners.filter((person) => !gone.has(person.email));
    return { ...nest, listeners: [...stayed, ...event.joined], count: event.count };
  },

  nest_settings_changed: (nest, { type, rev, ts, user, ...settings }) => ({
    ...nest,
    nest: { ...nest.nest, ...settings },
  }),

  nest_renamed: (nest, event) => ({
    ...nest,
    nest: { ...nest.nest, name: event.name, slug: event.slug, share_url: event.share_url },
  }),
};

// A snapshot as it came from the wire, ready for the reducers.
export function fromSnapshot(snapshot) {
  const songs = [...snapshot.queue, ...(snapshot.song ? [snapshot.song] : [])];
  const votes = Object.fromEntries(songs.map((song) => [song.song_id, song.my_vote]));
  return { ...snapshot, my_votes: votes };
}

export function reduce(nest, event, me) {
  const reducer = reducers[event.type];
  const changed = reducer ? reducer(nest, event, me) : nest;
  return { ...changed, rev: event.rev };
}

// A change of one song, wherever it stands: in the queue or on the stage.
function reshape(nest, songId, change) {
  const reshaped = (song) => (song?.song_id === songId ? change(song) : song);
  return { ...nest, song: reshaped(nest.song), queue: nest.queue.map(reshaped) };
}

function requeue(nest, queue, moved = []) {
  const places = new Map(moved.map((place) => [place.song_id, place]));
  const stand = (song) => {
    const place = places.get(song.song_id);
    return place ? { ...song, tag: place.tag, order: place.order } : song;
  };
  return { ...nest, queue: inOrder(queue.map(stand)) };
}

// Lowest order plays next; of equals, who was added first.
function inOrder(queue) {
  return queue.toSorted((one, other) => one.order - other.order || one.song_id - other.song_id);
}

function without(queue, songId) {
  return queue.filter((song) => song.song_id !== songId);
}

// Events are the same text for everybody and leave out what is empty in a new row; my own votes
// are remembered here.
function mine(nest, songs) {
  return songs.map((song) => ({
    jams: [],
    comments: [],
    ...song,
    my_vote: nest.my_votes[song.song_id] ?? song.my_vote ?? 0,
  }));
}

function playbackOf({ type, rev, ts, ...playback }) {
  return playback;
}
