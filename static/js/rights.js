// What I may do. The server decides; this only spares people buttons that would be refused.

export function mayRemove(song, { nest }, you) {
  return song.user === you.email || song.auto || mayTidy(nest, you);
}

export function mayClear({ nest }, you) {
  return nest.is_main || mayTidy(nest, you);
}

function mayTidy(nest, you) {
  return you.is_dj || you.is_creator || ["operator", "admin"].includes(you.role);
}
