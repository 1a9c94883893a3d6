// What I may do: the server has said it with its welcome, and decides again when it is done.

// What a guest may do as long as the nest is set to it (andre/core/permissions.py).
const OPEN_BY = { skip: "guest_skips", blow_airhorn: "guest_airhorns", send_chat_message: "guest_chat" };

// My rights once the nest is set otherwise: only a guest's follow what it is set to.
export function withRightsOf(you, { nest: set }) {
  if (!you.is_guest) return you;
  const changed = Object.entries(OPEN_BY).map(([right, setting]) => [right, set[setting]]);
  return { ...you, may: { ...you.may, ...Object.fromEntries(changed) } };
}

export function mayRemove(song, you) {
  return song.user === you.id || song.auto || you.may.remove_others_songs;
}

// A DJ moves every song but the one that is certain to play next; others move their own among themselves,
// where the DJ has neither put them somewhere nor shuffled all.
export function mayMove(song, { nest, you }) {
  if (song.song_id === nest.playback.locked_song_id) return false;
  if (isDj({ nest, you })) return nest.queue.length > 1;
  const isMine = (each) => each.user === you.id && !each.auto;
  const hasOthers = () => nest.queue.some((other) => isMine(other) && other.song_id !== song.song_id);
  return you.may.move_song && !nest.playback.shuffle && isMine(song) && !song.placed && hasOthers();
}

export function mayClear(you) {
  return you.may.clear_queue;
}

// What has just played, once more at once.
export function mayPlayAgain({ you }) {
  return you.may.add_songs_again;
}

// Whether only a DJ controls what plays, for whom the nest may be waiting.
export function hasDj(nest) {
  return nest.nest.control_mode === "dj";
}

export function isDj({ nest, you }) {
  return hasDj(nest) && nest.dj.id === you.id;
}

// Whether I may play, pause and skip as far as a DJ is concerned: that changes while the page is open.
export function mayControl({ nest, you }) {
  return !nest || !hasDj(nest) || nest.dj.id === you.id;
}

// As they are called now, if they are here.
export function djName({ dj, listeners }) {
  return listeners.find(({ id }) => id === dj.id)?.name ?? dj.name;
}

// Whether I decide about people: who comes in, who is muted, kicked and banned.
export function isModerator({ nest, you }) {
  return Boolean(nest && (you.may.mute_listener || isDj({ nest, you })));
}

// What is said only where the plan of the nest's creator opens it; for a DJ, too.
export function isOpenedByPlan(right, you) {
  return !you.needs_plan.includes(right);
}

// Neither oneself nor who built the nest.
export function mayModerate(person, { nest, you }) {
  return isModerator({ nest, you }) && person.id !== you.id && person.id !== nest.nest.creator_id;
}
