// What I may do. The server decides; this only spares people buttons that would be refused.

export function mayRemove(song, { nest }, you) {
  return song.user === you.email || song.auto || mayTidy(nest, you);
}

export function mayClear({ nest }, you) {
  return nest.is_main || mayTidy(nest, you);
}

// What has just played, once more at once.
export function mayPlayAgain({ nest, you }) {
  return nest.nest.is_main ? ["operator", "researcher", "admin"].includes(you.role) : you.is_creator;
}

function mayTidy(nest, you) {
  return you.is_dj || you.is_creator || ["operator", "admin"].includes(you.role);
}
