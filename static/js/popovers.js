// Where a popover stands: above what was pressed, or below where there is no room, always in sight;
// in the middle if what was pressed is gone.

const GAP_PX = 8;

export function placeNear(popover, anchor) {
  const place = (anchor.isConnected ? anchor : document.body).getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const most = window.innerWidth - width - GAP_PX;
  const middle = place.left + place.width / 2 - width / 2;
  const above = place.top - height - GAP_PX;
  const top = above > GAP_PX ? above : place.bottom + GAP_PX;
  popover.style.setProperty("left", `${Math.max(GAP_PX, Math.min(middle, most))}px`);
  popover.style.setProperty("top", `${Math.max(GAP_PX, Math.min(top, window.innerHeight - height - GAP_PX))}px`);
}
