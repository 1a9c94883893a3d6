// What I may do: the server has said it with its welcome, and decides again when it is done.

export function mayRemove(song, you) {
  return song.user === you.email || song.auto || you.may.remove_song;
}

export function mayClear(you) {
  return you.may.clear_queue;
}

// What has just played, once more at once.
export function mayPlayAgain({ nest, you }) {
  return nest.nest.is_main ? ["operator", "researcher", "admin"].includes(you.role) : you.is_creator;
}
