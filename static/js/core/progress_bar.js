// A bar that runs to its end as one animation, drawn by the compositor: smooth and free.

const TRUE_WITHIN_MS = 30;

export function createProgressBar(element) {
  let run = null;
  let runsFor = 0;

  // Goes on from `at` ms of `whole` by itself.
  function glide(at, whole) {
    const isTrue = run?.playState === "running" && runsFor === whole && Math.abs(run.currentTime - at) < TRUE_WITHIN_MS;
    if (isTrue) return;
    run?.cancel();
    run = element.animate([{ scale: "0 1" }, { scale: "1 1" }], { duration: whole, fill: "both" });
    run.currentTime = at;
    runsFor = whole;
  }

  function stand(at, whole) {
    run?.cancel();
    run = null;
    element.style.setProperty("scale", `${whole ? at / whole : 0} 1`);
  }

  return { glide, stand };
}
