// A person's face: the picture, or the initials on a colour that is always theirs.

import { hashText, makeInitials } from "../core/format.js";

export function drawAvatar(element, { id, name, picture }) {
  const drawn = `${id}\n${name}\n${picture}`;
  if (element.dataset.drawn === drawn) return;
  element.dataset.drawn = drawn;
  element.title = name;
  element.style.setProperty("--hue", hashText(id) % 360);
  // The letters are beneath every picture: it may not load, or the person may not want to see any.
  element.replaceChildren(makeInitials(name), ...(picture ? [makePortrait(picture)] : []));
}

function makePortrait(picture) {
  const image = new Image();
  image.alt = "";
  image.referrerPolicy = "no-referrer";
  image.onerror = () => image.remove();
  image.src = picture;
  return image;
}
