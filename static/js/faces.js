// A person's face: the picture, or the initials on a colour that is always theirs.

import { hashOf, initials } from "./format.js";

export function drawFace(element, { email, name, picture }) {
  const drawn = `${email}\n${name}\n${picture}`;
  if (element.dataset.drawn === drawn) return;
  element.dataset.drawn = drawn;
  element.title = name;
  element.style.setProperty("--hue", hashOf(email) % 360);
  element.replaceChildren(picture ? portrait(element, picture, name) : initials(name));
}

function portrait(element, picture, name) {
  const image = new Image();
  image.alt = "";
  image.referrerPolicy = "no-referrer";
  image.onerror = () => element.replaceChildren(initials(name));
  image.src = picture;
  return image;
}
