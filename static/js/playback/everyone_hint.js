// What one should know about a button, said the first time it is pressed on this device.

import { showBubble } from "../core/refusal_display.js";

const EVERYONE_KEY = "andre.knows_everyone";

// The big buttons move the room, not only this device.
export function hintForEveryone(anchor, done) {
  if (localStorage.getItem(EVERYONE_KEY)) return;
  localStorage.setItem(EVERYONE_KEY, "yes");
  showBubble(anchor, `${done} for everyone in this nest. To quiet only this device, mute it below.`);
}
