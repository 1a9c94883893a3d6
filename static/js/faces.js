// A person's face: the picture, or the initials on a colour that is always theirs.

import { hashOf, initials } from "./format.js";

export function drawFace(element, { email, name, picture }) {
  const drawn = `${email}\n${name}\n${picture}`;
  if (element.dataset.drawn === drawn) return;
  element.dataset.drawn = drawn;
  element.title = name;
  element.style.setProperty("--hue", hashOf(email) % 360);
  // The letters are beneath every picture: it may not load, or the person may not want to see any.
  element.replaceChildren(initials(name), ...(picture ? [portrait(picture)] : []));
}

function portrait(picture) {
  const image = new Image();
  image.alt = "";
  image.referrerPolicy = "no-referrer";
  image.onerror = () => image.remove();
  image.src = picture;
  return image;
}
