// Which of my devices sounds in this nest, as this page sees it: pure functions of the store's state.

// "here"; "free": this browser, and no tab of it; "nowhere"; "gone": a device that is not connected any
// more; "together": wherever it is wished; or "elsewhere".
export function findSpeakerPlace(state) {
  const { nest, here } = state;
  if (!here || wantsTogether(state)) return "together";
  const { speaker } = nest.mine;
  if (!speaker) return "nowhere";
  if (speaker.device !== here.device) return findDevice(nest, speaker.device)?.is_connected === false ? "gone" : "elsewhere";
  if (speaker.tab === null) return "free";
  return speaker.tab === here.tab ? "here" : "elsewhere";
}

export function soundsElsewhere(state) {
  return Boolean(state.nest) && findSpeakerPlace(state) === "elsewhere";
}

// Whether I let several of my devices sound at once.
export function wantsTogether({ nest, preferences }) {
  return Boolean((nest?.mine.preferences ?? preferences)?.speakers_together);
}

export function describeSpeaker({ nest, here }) {
  const { device } = nest.mine.speaker;
  if (device === here.device) return "Sounds in another tab";
  return `Sounds on ${findDevice(nest, device)?.name ?? "another device"}`;
}

function findDevice(nest, id) {
  return nest.mine.devices?.find((device) => device.id === id) ?? null;
}
