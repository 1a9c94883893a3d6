// Whether and where a nest sounds for this listener: a function of what the page knows.

const PLAYED_HERE = new Set(["library", "youtube"]);
const CONNECTED = new Set(["connected", "ending"]);
const IN_STEP_MS = 30;
const TOO_SLOW = "No sound yet: this line is slower than the recording";
const SAYS_WHY = new Set(["trouble", "held"]);

// The account of mine that what plays here is heard on; null where pages play it by themselves.
export function accountFor({ nest, accounts }) {
  const source = nest?.song?.src ?? nest?.nest.catalogue;
  return accounts?.find(({ provider }) => provider === source) ?? null;
}

export function isConnected(account) {
  return CONNECTED.has(account?.state);
}

// {veil, isOn, sentence}; veil is what the button over the cover begins: "page", "account" or null.
export function soundOf(state, mixes = false) {
  const { nest, accounts, own } = state;
  if (nest && accounts === null) return { veil: null, isOn: false, sentence: "" }; // About to be known.

  const account = accountFor(state);
  if (!account) return here(state);
  if (own?.following && own.provider === account.provider) return following(state);
  if (isConnected(account)) return couldFollow(state);
  return withoutAccount(state, account, mixes);
}

function here(state) {
  const { nest, device } = state;
  const wantsPress = device.listening === "off" || Boolean(device.silent);
  const isOn = device.listening === "on" && !device.silent;
  return { veil: wantsPress && nest?.song ? "page" : null, isOn, sentence: onPage(state) };
}

function onPage({ nest, device }) {
  const { listening, error_ms: error, trouble, instead } = device;
  if (listening === "off") return "Not listening here";
  if (trouble) return trouble;
  if (nest?.song && !PLAYED_HERE.has(nest.song.src) && !instead) return "Nothing here can play this song";
  if (!nest?.playback.is_playing) return "Listening here";
  if (device.silent) return device.starved ? TOO_SLOW : "No sound here";
  if (error === null) return "Finding the beat";
  if (Math.abs(error) >= IN_STEP_MS) return "Getting in step";
  const from = instead && nest?.song?.src !== "library" ? " from the library" : "";
  return `In step${from}, ${Math.round(Math.abs(error))} ms`;
}

function following({ nest, own }) {
  const { state, message, device, error_ms: error, refused } = own;
  const says = (sentence) => ({ veil: null, isOn: !refused && state !== "trouble", sentence });
  if (refused) return { ...says(refused), veil: nest?.song ? "account" : null };
  if (SAYS_WHY.has(state) && message) return says(message);
  if (!nest?.playback.is_playing || state === "silent") return says(`Listening on ${device}`);
  if (error === null) return says(`Playing on ${device}`);
  const off = `${Math.round(Math.abs(error))} ms`;
  return says(Math.abs(error) < IN_STEP_MS ? `In step on ${device}, ${off}` : `Playing on ${device}, ${off} off`);
}

function couldFollow({ nest, device, own }) {
  if (device.listening === "on" && device.instead) return { veil: null, isOn: true, sentence: onPage({ nest, device }) };
  const sentence = own?.isComing ? "Opening the player" : own?.refused || "Not listening here";
  return { veil: nest?.song ? "account" : null, isOn: false, sentence };
}

// They see, vote, queue and jam; where catalogues mix, the library stands in for what it has, too.
function withoutAccount(state, { title, state: consent, warning }, mixes) {
  const { device } = state;
  const isSilent = device.listening !== "on" || !device.instead;
  if (mixes && device.listening === "off") return here(state);
  if (mixes && !isSilent) return { veil: null, isOn: true, sentence: onPage(state) };
  if (consent === "ended") return { veil: null, isOn: false, sentence: warning };
  return { veil: null, isOn: false, sentence: `Silent here without a ${title} account` };
}
