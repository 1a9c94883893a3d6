// What each event does to a snapshot: old snapshot + events = new snapshot.
// Pure functions of (nest, event, me): nest is the shape `Snapshot` plus `my_votes`, me the id of who looks.

const HORNS_LISTED = 5;
const MESSAGES_TOLD = 50;

export const reducers = {
  songs_added: (nest, event) => requeue(nest, [...nest.queue, ...withMyVotes(nest, event.songs)]),

  song_removed: (nest, event) =>
    dropProposal(requeue(nest, dropSong(nest.queue, event.song_id), event.moved), event.song_id),

  songs_proposed: (nest, event) => ({ ...nest, proposals: [...nest.proposals, ...event.songs] }),

  song_approved: (nest, event) => dropProposal(nest, event.song_id),

  // `refusal` is the song that was refused last, so that whoever wished for it hears of it.
  song_refused: (nest, event) => ({
    ...dropProposal(nest, event.song_id),
    refusal: nest.proposals.find((song) => song.song_id === event.song_id) ?? null,
  }),

  queue_cleared: (nest) => ({ ...nest, queue: [] }),

  queue_restored: (nest, event) => {
    const restored = new Set(event.songs.map((song) => song.song_id));
    const others = nest.queue.filter((song) => !restored.has(song.song_id));
    return requeue(nest, [...others, ...withMyVotes(nest, event.songs)], event.moved);
  },

  songs_moved: (nest, event) => requeue(nest, nest.queue, event.moved),

  song_moved: (nest, event) => {
    const placed = new Set(event.placed ? event.moved.map((place) => place.song_id) : []);
    const queue = nest.queue.map((song) => (placed.has(song.song_id) ? { ...song, placed: true } : song));
    return requeue(nest, queue, event.moved);
  },

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
    return { ...nest, my_votes: votes, queue: sortQueue(queue) };
  },

  jam_toggled: (nest, event) =>
    changeSong(nest, event.song_id, (song) => {
      const others = song.jams.filter((jam) => jam.id !== event.user);
      return { ...song, jams: event.jammed ? [...others, event.jam] : others };
    }),

  comment_added: (nest, event) =>
    changeSong(nest, event.song_id, (song) => ({
      ...song,
      comments: [...song.comments, event.comment],
    })),

  airhorn_blown: (nest, { type, rev, ts, ...horn }) => ({
    ...nest,
    airhorns: [horn, ...nest.airhorns].slice(0, HORNS_LISTED),
  }),

  chat_message: (nest, event) => ({ ...nest, chat: [...nest.chat, event.message].slice(-MESSAGES_TOLD) }),

  playback_state: (nest, event) =>
    event.version < nest.playback.version ? nest : { ...nest, playback: readPlayback(event) },

  song_started: (nest, event) => {
    const [song] = withMyVotes(nest, [event.song]);
    const queue = dropSong(nest.queue, song.song_id);
    return requeue({ ...nest, song, last_song: null, playback: event.playback }, queue, event.moved);
  },

  // The song stays on the page: its successor, or silence, is told by the very next event.
  song_finished: (nest, event) =>
    nest.song?.song_id === event.song_id
      ? { ...nest, skip_voters: [], last_song: { ...nest.song, status: event.outcome === "failed" ? "failed" : "played" } }
      : nest,

  skip_vote_cast: (nest, event) => ({ ...nest, skip_voters: [...nest.skip_voters, event.user] }),

  song_failed: (nest, event) => {
    const isCurrent = nest.song?.song_id === event.song_id;
    const song = isCurrent ? nest.song : nest.queue.find(({ song_id: id }) => id === event.song_id);
    const current = isCurrent ? { last_song: { ...nest.song, status: "failed" } } : {};
    const failure = { song_id: event.song_id, title: song?.title ?? "", reason: event.reason };
    return requeue({ ...nest, ...current, failure }, dropSong(nest.queue, event.song_id), event.moved);
  },

  song_length_corrected: (nest, event) => {
    const corrected = changeSong(nest, event.song_id, (song) => ({ ...song, duration_ms: event.duration_ms }));
    return requeue({ ...corrected, playback: event.playback ?? nest.playback }, corrected.queue, event.moved);
  },

  next_locked: (nest, event) => ({
    ...nest,
    playback: { ...nest.playback, locked_song_id: event.song_id },
  }),

  nest_fell_silent: (nest, event) => ({ ...nest, song: null, playback: event.playback }),

  preview_changed: (nest, event) => ({ ...nest, preview: event.preview }),

  options_changed: (nest, event) => {
    const playback = { ...nest.playback, shuffle: event.shuffle, repeat_mode: event.repeat_mode };
    return requeue({ ...nest, playback }, nest.queue, event.moved);
  },

  volume_changed: (nest, event) => ({ ...nest, volume: event.volume }),

  listeners_changed: (nest, event) => {
    const gone = new Set([...event.left, ...event.joined.map((person) => person.id)]);
    const stayed = nest.listeners.filter((person) => !gone.has(person.id));
    return { ...nest, listeners: [...stayed, ...event.joined], count: event.count };
  },

  listener_muted: (nest, event) => ({ ...nest, muted: [...nest.muted, event.person.id], decision: event }),

  listener_unmuted: (nest, event) => ({ ...nest, muted: nest.muted.filter((id) => id !== event.person.id), decision: event }),

  // Who is sent out has left; that is another event.
  listener_kicked: (nest, event) => ({ ...nest, decision: event }),

  listener_banned: (nest, event) => ({ ...nest, decision: event }),

  listener_unbanned: (nest, event) => ({ ...nest, decision: event }),

  nest_settings_changed: (nest, { type, rev, ts, user, ...settings }) => ({
    ...nest,
    nest: { ...nest.nest, ...settings },
    dj_away_until_ms: settings.control_mode === "dj" ? nest.dj_away_until_ms : null,
  }),

  dj_named: (nest, event) => ({ ...nest, dj: event.dj }),

  dj_away: (nest, event) => ({ ...nest, dj_away_until_ms: event.until_ms }),

  dj_back: (nest) => ({ ...nest, dj_away_until_ms: null }),

  throttle_changed: (nest, event) => ({ ...nest, throttle: event.throttle }),

  nest_renamed: (nest, event) => ({
    ...nest,
    nest: { ...nest.nest, name: event.name, slug: event.slug, share_url: event.share_url },
  }),
};

// What concerns only me: `mine` of a snapshot, with a revision of its own.
export const listenerReducers = {
  preferences_changed: (before, event) => ({ ...before, preferences: event.preferences }),

  track_liked: (before, event) => ({ ...before, liked: { ...before.liked, [event.uri]: event.liked } }),

  // `playlists` is what was said of mine since this page came; null: gone.
  playlist_changed: (before, { playlist }) => ({ ...before, playlists: { ...before.playlists, [playlist.id]: playlist } }),

  playlist_deleted: (before, event) => ({ ...before, playlists: { ...before.playlists, [event.playlist_id]: null } }),

  devices_changed: (before, event) => ({ ...before, devices: event.devices }),

  speaker_changed: (before, event) => ({ ...before, speaker: event.speaker }),
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
function changeSong(nest, songId, change) {
  const changeIfMeant = (song) => (song?.song_id === songId ? change(song) : song);
  return { ...nest, song: changeIfMeant(nest.song), queue: nest.queue.map(changeIfMeant) };
}

function requeue(nest, queue, moved = []) {
  const places = new Map(moved.map((place) => [place.song_id, place]));
  const move = (song) => {
    const place = places.get(song.song_id);
    return place ? { ...song, tag: place.tag, order: place.order } : song;
  };
  return { ...nest, queue: sortQueue(queue.map(move)) };
}

// Lowest order plays next; of equals, who was added first.
function sortQueue(queue) {
  return queue.toSorted((one, other) => one.order - other.order || one.song_id - other.song_id);
}

function dropProposal(nest, songId) {
  return { ...nest, proposals: dropSong(nest.proposals, songId) };
}

function dropSong(queue, songId) {
  return queue.filter((song) => song.song_id !== songId);
}

// Events are the same text for everybody and leave out what is empty in a new row; my own votes
// are remembered here.
function withMyVotes(nest, songs) {
  return songs.map((song) => ({
    jams: [],
    comments: [],
    ...song,
    my_vote: nest.my_votes[song.song_id] ?? song.my_vote ?? 0,
  }));
}

function readPlayback({ type, rev, ts, ...playback }) {
  return playback;
}
