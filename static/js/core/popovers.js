// Where a popover stands: above what was pressed, or below where there is no room, always in sight;
// in the middle if what was pressed is gone.

const GAP_PX = 8;
const anchors = new Map(); // popover -> what it stands beside, also when the screen is turned

export function placeNear(popover, anchor) {
  if (anchors.size === 0) window.addEventListener("resize", placeAll);
  anchors.set(popover, anchor);
  place(popover, anchor);
}

function placeAll() {
  anchors.forEach((anchor, popover) => popover.matches(":popover-open") && place(popover, anchor));
}

function place(popover, anchor) {
  const spot = (anchor.isConnected ? anchor : document.body).getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const most = window.innerWidth - width - GAP_PX;
  const middle = spot.left + spot.width / 2 - width / 2;
  const above = spot.top - height - GAP_PX;
  const top = above > GAP_PX ? above : spot.bottom + GAP_PX;
  popover.style.setProperty("left", `${Math.max(GAP_PX, Math.min(middle, most))}px`);
  popover.style.setProperty("top", `${Math.max(GAP_PX, Math.min(top, window.innerHeight - height - GAP_PX))}px`);
}
