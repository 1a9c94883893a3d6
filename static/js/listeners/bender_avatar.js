// Bender sits at the end of the wire, and tilts his head when he has had another idea.

import { isBenderPresent } from "./bender_presence.js";
import { animate, show } from "../core/dom.js";

export function mountBenderAvatar(root, store) {
  store.subscribe(({ nest }, before) => {
    if (nest === before.nest) return;
    show(root, isBenderPresent(nest));
    if (nest?.preview && before.nest && nest.preview !== before.nest.preview) tilt(root);
  });
}

function tilt(root) {
  const [still, aside] = [{ rotate: "0deg" }, { rotate: "-18deg" }];
  animate(root.firstElementChild, [still, aside, { ...aside, offset: 0.7 }, still], { duration: 900 });
}
