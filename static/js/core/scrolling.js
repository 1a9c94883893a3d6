// Whether the page has moved from its top: what lies still above it then needs a ground.
// Not a scroll-driven animation: not every browser has those.

const FROM_PX = 8;

export function watchScrolling(root = document.documentElement) {
  const look = () => root.classList.toggle("is-scrolled", window.scrollY > FROM_PX);
  window.addEventListener("scroll", look, { passive: true });
  look();
}
